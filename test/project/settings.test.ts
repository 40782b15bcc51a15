import { expect, test } from "vitest";
import { brief, problemsOf } from "./project-folder.ts";
import type { Row } from "./project-folder.ts";

const rows: Row[] = [
  {
    what: "a project name with spaces",
    files: { "playbill.yaml": "project: My Desk\n" },
    problems: ["bad_form playbill.yaml:1:10"],
  },
  {
    what: "a target that leads nowhere",
    files: { "playbill.yaml": "project: desk\ntargets:\n  prod: { api: assistants }\n" },
    problems: ["missing_key playbill.yaml:3:3"],
  },
  {
    what: "a default target that is not there",
    files: {
      "playbill.yaml":
        "project: desk\ntargets:\n  local: { api: assistants, server: embedded }\ndefault_target: locl\n",
    },
    problems: ["unknown_reference playbill.yaml:4:17"],
  },
  {
    what: "no default among several targets",
    files: {
      "playbill.yaml":
        "project: desk\ntargets:\n  a: { api: assistants, server: embedded }\n  b: { api: assistants, server: embedded }\n",
    },
    problems: ["missing_key playbill.yaml:2:1"],
  },
  {
    what: "an embedded server at a URL",
    files: {
      "playbill.yaml": 'project: desk\ntargets:\n  a: { api: assistants, server: embedded, base_url: "http://x" }\n',
    },
    problems: ["conflicting_keys playbill.yaml:3:43"],
  },
  {
    what: "headers that are none, that belong to each request, or that are the key",
    files: {
      "playbill.yaml":
        "project: desk\ndefault_target: a\ntargets:\n  a: { api: assistants, base_url: 'http://x', api_key: k, headers: { 'a b': x, Host: x, authorization: x, x-a: x } }\n  b: { api: assistants, base_url: 'http://x', api_key: { command: [az] }, query: { v: '1' } }\n",
    },
    problems: ["bad_form playbill.yaml:4:70", "bad_form playbill.yaml:4:80", "conflicting_keys playbill.yaml:4:89"],
  },
  {
    what: "a part of the query that the address has too",
    files: {
      "playbill.yaml":
        "project: desk\ntargets:\n  a: { api: assistants, base_url: 'http://x/v1?v=1&w=1', query: { v: '2', x: '1' } }\n",
    },
    problems: ["conflicting_keys playbill.yaml:3:67"],
  },
  {
    what: "variables that are not set, outside of targets and in one",
    files: {
      "playbill.yaml":
        "project: desk\nvars: { a: '${NOPE}' }\ntargets:\n  a: { api: assistants, base_url: '${URL}', api_key: '${KEY:?the key}' }\n",
    },
    problems: ["missing_environment playbill.yaml:2:13"],
  },
  {
    what: "models that are asked, and days of others; variables of one that is not used are not read",
    files: {
      "playbill.yaml":
        "project: desk\nmodels:\n  sunset: { gpt-4o: 2027-01-14 }\n  judge: { base_url: '${URL}', api_key: '${KEY:?the key}', model: gpt-6, temperature: 0, timeout: 30s }\n",
    },
    problems: [],
  },
  {
    what: "models that lead nowhere",
    files: {
      "playbill.yaml":
        "project: desk\ntargets: { a: { api: assistants, server: embedded } }\nmodels:\n  judge: { model: x }\n  user: { model: x, target: b }\n  other: { model: x, target: a }\n  both: { model: x, target: a, base_url: 'http://x' }\n  bad: { base_url: '${', model: x }\n",
    },
    problems: [
      "missing_key playbill.yaml:4:3",
      "unknown_reference playbill.yaml:5:29",
      "conflicting_keys playbill.yaml:6:30",
      "conflicting_keys playbill.yaml:7:32",
      "bad_interpolation playbill.yaml:8:21",
    ],
  },
  {
    what: "models whose address is none, as far as it is written",
    files: {
      "playbill.yaml":
        "project: desk\nmodels:\n  judge: { model: x, base_url: 'ftp://host/v1' }\n  user: { model: x, base_url: 'http://host/v1' }\n",
    },
    problems: ["bad_url playbill.yaml:3:32"],
  },
  {
    what: "an expression in playbill.yaml",
    files: { "playbill.yaml": "project: desk\nvars: { a: '${{ x }}' }\n" },
    problems: ["bad_interpolation playbill.yaml:2:13"],
  },
  {
    what: "a serve block that no server can be started with, as far as it is written",
    files: {
      "playbill.yaml":
        "project: desk\nserve:\n  metrics: x\n  drain: '10'\n  port: '${PORT}'\n  upstream_base_url: nope\n  upstream_models: { '': a, b: '', c: '${C}' }\n  db: '${'\n  api_key: schlüssel\n",
    },
    problems: [
      "bad_serve_setting playbill.yaml:3:12",
      "bad_serve_setting playbill.yaml:4:10",
      "bad_url playbill.yaml:6:22",
      "bad_serve_setting playbill.yaml:7:22",
      "bad_serve_setting playbill.yaml:7:32",
      "bad_interpolation playbill.yaml:8:8",
      "bad_api_key playbill.yaml:9:12",
    ],
  },
  {
    what: "moves that lead nowhere",
    files: {
      "playbill.yaml":
        "project: desk\nmoved:\n  - { from: assistant.old, to: assistant.wether }\n  - { from: tool.old, to: assistant.weather }\n",
    },
    problems: ["unknown_reference playbill.yaml:3:32", "bad_form playbill.yaml:4:13"],
  },
  {
    what: "removed addresses that are none, or are declared",
    files: {
      "playbill.yaml": "project: desk\nremoved: [assistant.weather, tool.old, weather, assistant.old]\n",
    },
    problems: ["warning still_there playbill.yaml:2:11", "bad_form playbill.yaml:2:30", "bad_form playbill.yaml:2:40"],
  },
];

test.each(rows)("$what", async ({ files, problems }) => {
  expect((await problemsOf(files)).map(brief)).toEqual(problems);
});
