import { describe, expect, test } from "vitest";
import { loadProject } from "../../src/project/load.ts";
import { scenarioSide } from "../../src/scenarios/rules/rules.ts";
import { brief, folderOf, problemsOf, projectOf } from "./project-folder.ts";

const turns = "turns: [{ user: Hi, script: [{ say: Hi }] }]\n";
const base = {
  "playbill.yaml": "project: x\ndefaults:\n  scenario: { owner: '@all', tags: [nightly], limits: { time: 9m } }\n",
  "assistants/weather.yaml": "model: m\ntools: [{ function: t }]\n",
  "assistants/tools/t.yaml": "description: x\n",
  "assistants/other.yaml": "model: m\ntools: [{ function: u }]\n",
  "assistants/tools/u.yaml": "description: x\n",
  "scenarios/defaults.yaml":
    "assistant: weather\ntags: [shared, nightly]\nvars: { shop: main, day: 1 }\nlimits: { turn: { timeout: 9s }, tokens: 5 }\ntools: { t: [{ return: 1 }], '*': [{ return: 2 }] }\n",
  "scenarios/refunds/defaults.yaml": "tags: [refunds]\nvars: { shop: refunds }\nlimits: { turn: { tool_rounds: 2 } }\n",
  "scenarios/refunds/late.yaml": `tags: [late]\ntools: { t: [{ return: 3 }] }\nlimits: { tokens: 7 }\n${turns}`,
  "scenarios/plain.yaml": turns,
};

describe("defaults.yaml of folders", () => {
  test("the nearest takes precedence; mappings are merged key by key, tags are joined", async () => {
    const { scenarios } = await projectOf(base);
    const [plain, late] = scenarios.map(({ value }) => value);
    expect(scenarios.map(({ name }) => name)).toEqual(["plain", "late"]);
    expect(late).toMatchObject({
      assistant: "weather",
      owner: "@all",
      tags: ["nightly", "shared", "refunds", "late"],
      vars: { shop: "refunds", day: 1 },
      limits: { time: "9m", tokens: 7, turn: { timeout: "9s", tool_rounds: 2 } },
      tools: { t: [{ return: 3 }], "*": [{ return: 2 }] },
    });
    expect(plain).toMatchObject({ tags: ["nightly", "shared"], vars: { shop: "main", day: 1 }, limits: { tokens: 5 } });
  });

  test("every value has the place where it is written", async () => {
    const { scenarios } = await projectOf(base);
    const late = scenarios.find(({ name }) => name === "late");
    const at = (...path: (string | number)[]) => {
      const { file, line, column } = late?.place(path) ?? { file: "", line: 0, column: 0 };
      return `${file}:${line}:${column}`;
    };
    expect(at("assistant")).toBe("scenarios/defaults.yaml:1:12");
    expect(at("owner")).toBe("playbill.yaml:3:22");
    expect([0, 1, 2, 3].map((index) => at("tags", index))).toEqual([
      "scenarios/defaults.yaml:2:16",
      "scenarios/defaults.yaml:2:8",
      "scenarios/refunds/defaults.yaml:1:8",
      "scenarios/refunds/late.yaml:1:8",
    ]);
    expect(at("limits", "turn", "timeout")).toBe("scenarios/defaults.yaml:4:28");
    expect(at("limits", "turn", "tool_rounds")).toBe("scenarios/refunds/defaults.yaml:3:32");
    expect(at("limits", "tokens")).toBe("scenarios/refunds/late.yaml:3:19");
    expect(at("tools", "*", 0)).toBe("scenarios/defaults.yaml:5:36");
    expect(at("turns", 0, "user")).toBe("scenarios/refunds/late.yaml:4:17");
  });
});

test.each([
  [
    "a key that nobody knows",
    { "scenarios/defaults.yaml": "assistant: weather\ntgas: [a]\n" },
    ["unknown_key scenarios/defaults.yaml:2:1"],
  ],
  [
    "a key of single scenarios",
    { "scenarios/defaults.yaml": "assistant: weather\nid: a\n" },
    ["unknown_key scenarios/defaults.yaml:2:1"],
  ],
  ["nothing in it", { "scenarios/refunds/defaults.yaml": "" }, ["empty_file scenarios/refunds/defaults.yaml:1:1"]],
  [
    "a stub of a tool that the project does not have",
    { "scenarios/refunds/defaults.yaml": "tools: { v: [{ return: 1 }] }\n" },
    ["unknown_reference scenarios/refunds/defaults.yaml:1:10"],
  ],
  [
    "a stub of a tool of another assistant",
    { "scenarios/refunds/defaults.yaml": "tools: { u: [{ return: 1 }] }\n" },
    [],
  ],
  [
    "an expectation about a tool of another assistant",
    { "scenarios/refunds/defaults.yaml": "expect: { tools: { forbid: [u], calls: [] } }\n" },
    [],
  ],
  [
    "an expectation about a tool that nobody has",
    { "scenarios/refunds/defaults.yaml": "expect: { tools: { forbid: [v] } }\n" },
    ["unknown_reference scenarios/refunds/defaults.yaml:1:29"],
  ],
  [
    "a module beside the defaults",
    {
      "scenarios/defaults.yaml": "assistant: weather\ntools: { t: [{ module: ./t.ts }] }\n",
      "scenarios/t.ts": "",
      "scenarios/refunds/late.yaml": turns,
    },
    [],
  ],
  [
    "a module that is not beside them",
    {
      "scenarios/defaults.yaml": "assistant: weather\ntools: { t: [{ module: ./none.ts }] }\n",
      "scenarios/refunds/late.yaml": turns,
    },
    ["missing_file scenarios/defaults.yaml:2:24"],
  ],
  [
    "an expression that reads what is not there",
    {
      "scenarios/defaults.yaml": "assistant: weather\ntools: { t: [{ return: '${{ vars.a }}' }] }\n",
      "scenarios/refunds/late.yaml": turns,
      "scenarios/refunds/defaults.yaml": "tags: [a]\n",
    },
    ["unknown_name scenarios/defaults.yaml:2:29"],
  ],
])("%s: a problem of the file of defaults, once", async (_, files, problems) => {
  const found = await problemsOf({ ...base, ...(files as Record<string, string>) });
  expect(found.map(brief)).toEqual(problems);
});

test("an invalid file of defaults blocks the scenarios that use it, and no others", async () => {
  const broken = { ...base, "scenarios/refunds/defaults.yaml": "tgas: [a]\n" };
  const problemsFor = async (scenario: string) => {
    const isSelected = (address: string) => address === scenario;
    const { project, problems } = await loadProject(folderOf(broken), {}, scenarioSide, { files: "all", isSelected });
    return [project !== null, problems.map(brief)];
  };
  expect(await problemsFor("scenario.plain")).toEqual([true, []]);
  expect(await problemsFor("scenario.late")).toEqual([false, ["unknown_key scenarios/refunds/defaults.yaml:1:1"]]);
});
