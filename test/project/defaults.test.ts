import { describe, expect, test } from "vitest";
import { brief, problemsOf, projectOf } from "./project-folder.ts";

describe("what files share", () => {
  test("defaults of a kind, key by key, each with its place", async () => {
    const project = await projectOf({
      "playbill.yaml":
        "project: x\ndefaults:\n  assistant: { temperature: 1, metadata: { team: a }, tools: [code_interpreter] }\n  tool: { strict: false }\n",
      "assistants/a.yaml": "model: m\nmetadata: { channel: web }\ntools: []\n",
      "assistants/weather.yaml": "model: m\ntools: [{ function: t }]\n",
      "assistants/tools/t.yaml": "description: x\n",
    });
    const declared = project.assistants.get("a");
    expect(declared?.value).toEqual({ temperature: 1, metadata: { channel: "web" }, tools: [], model: "m" });
    const shown = (path: string[]) => `${declared?.place(path).file}:${declared?.place(path).line}`;
    expect([shown(["temperature"]), shown(["model"])]).toEqual(["playbill.yaml:3", "assistants/a.yaml:1"]);
    expect(project.tools.get("t")?.value).toEqual({ strict: false, description: "x" });
  });

  test("a fault in defaults is one, where it is written; what they lack is asked of each file", async () => {
    const problems = await problemsOf({
      "playbill.yaml": "project: x\ndefaults:\n  assistant: { temprature: 1, top_p: 7 }\n  asistant: {}\n",
      "assistants/a.yaml": "model: m\n",
      "assistants/b.yaml": "name: b\n",
    });
    expect(problems.map(brief)).toEqual([
      "missing_key assistants/b.yaml:1:1",
      "unknown_key playbill.yaml:3:16",
      "out_of_range playbill.yaml:3:38",
      "unknown_key playbill.yaml:4:3",
    ]);
  });

  test("expressions and dollar signs in defaults are those of the files that take them", async () => {
    const project = await projectOf({
      "playbill.yaml":
        "project: x\nvars: { team: red }\ndefaults:\n  assistant: { name: 'Team ${{ vars.team }}, $5' }\n",
    });
    expect(project.assistants.get("weather")?.value.name).toBe("Team ${{ vars.team }}, $5");
  });

  test("merge keys and x- keys stand everywhere in files of a project", async () => {
    const project = await projectOf({
      "playbill.yaml":
        "x-v: &v { company: Acme }\nproject: x\nvars: { <<: *v, city: Paris, x-note: mine }\ntargets:\n  local: { x-note: mine, api: assistants, server: embedded }\n",
      "assistants/weather.yaml":
        "x-base: &base\n  temperature: 1\n  x-why: tried\n<<: *base\nmodel: m\ntools:\n  - { function: t, x-note: a }\nmetadata: { x-team: a }\n",
      "assistants/tools/t.yaml":
        "x-p: &p { type: string }\nparameters:\n  type: object\n  properties: { x-api-version: *p }\n",
      "scenarios/s.yaml":
        "x-e: &e { reply: { contains: a } }\nassistant: weather\ntools: { t: [{ x-note: b, return: { x-left: 1 } }] }\nturns:\n  - { user: Hi, x-note: c, expect: { <<: *e, x-note: d } }\n",
    });
    expect(project.vars).toEqual({ company: "Acme", city: "Paris" });
    expect(project.targets.get("local")).toEqual({ api: "assistants", server: "embedded" });
    expect(project.assistants.get("weather")?.value).toEqual({
      temperature: 1,
      model: "m",
      tools: [{ function: "t" }],
      metadata: { "x-team": "a" },
    });
    expect(project.tools.get("t")?.value.parameters).toMatchObject({
      properties: { "x-api-version": { type: "string" } },
    });
    expect(project.scenarios[0]?.value).toEqual({
      assistant: "weather",
      tools: { t: [{ return: { "x-left": 1 } }] },
      turns: [{ user: "Hi", expect: { reply: { contains: "a" } } }],
    });
  });
});
