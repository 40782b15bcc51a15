import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProjectRoot } from "../../src/project/files.ts";
import { loadProject } from "../../src/project/load.ts";
import type { Need } from "../../src/project/needs.ts";
import { scenarioSide } from "../../src/scenarios/rules/rules.ts";
import { brief, folderOf, problemsOf, projectOf, withTool } from "./project-folder.ts";

describe("the project", () => {
  test("is read in full", async () => {
    const project = await projectOf(
      {
        ...withTool,
        "playbill.yaml": "project: ${NAME}\nvars: { company: '${COMPANY:-Acme}' }\n",
        "scenarios/deep/paris.yaml": "assistant: weather\nturns: [{ user: Hi }]\n",
        "scenarios/recordings/paris.yaml": "not: a scenario\n",
      },
      { NAME: "desk" },
    );
    expect(project.name).toBe("desk");
    expect(project.vars).toEqual({ company: "Acme" });
    expect(project.defaultTarget).toBe("local");
    expect(project.targets.get("local")).toEqual({ api: "assistants", server: "embedded", model: "script" });
    expect([...project.assistants.keys()]).toEqual(["weather"]);
    expect(project.tools.get("get_weather")?.address).toBe("tool.get_weather");
    expect(project.scenarios.map(({ address, file }) => [address, file])).toEqual([
      ["scenario.paris", "scenarios/deep/paris.yaml"],
    ]);
  });

  test("does not exist where there is no playbill.yaml", async () => {
    const { project, problems } = await loadProject(folderOf({}), {});
    expect(project).toBeNull();
    expect(problems.map(brief)).toEqual(["no_project"]);
    expect(problems[0]?.hint).toContain("playbill init");
  });

  test("is found from a folder below it", () => {
    const root = folderOf({ "playbill.yaml": "project: x\n", "assistants/tools/a.md": "" });
    expect(findProjectRoot(`${root}/assistants/tools`)).toBe(root);
    expect(findProjectRoot("/")).toBeNull();
  });

  test("reports YAML files that it does not read", async () => {
    const problems = await problemsOf({ "assistants/a.yml": "", "scenarios/b.yml": "", "scenarios/my test.yaml": "" });
    expect(problems.filter(({ code }) => code === "bad_file_name")).toHaveLength(3);
  });

  test("finds files in folders, by the nearest one that says their kind", async () => {
    const project = await projectOf({
      "assistants/team/deep/billing.yaml": "model: m\ntools: [{ function: look_up }, { function: refund }]\n",
      "assistants/tools/money/refund.yaml": "{}\n",
      "assistants/team/tools/look_up.yaml": "{}\n",
      "assistants/team/vector_stores/faq.yaml": "files: [../files/*.yaml]\n",
      "assistants/team/files/data.yaml": "not: an assistant\n",
      "scenarios/team/a.yaml": "assistant: billing\nturns: [{ user: Hi }]\n",
    });
    expect(Object.fromEntries(project.files)).toEqual({
      "assistant.billing": "assistants/team/deep/billing.yaml",
      "assistant.weather": "assistants/weather.yaml",
      "tool.refund": "assistants/tools/money/refund.yaml",
      "tool.look_up": "assistants/team/tools/look_up.yaml",
      "vector_store.faq": "assistants/team/vector_stores/faq.yaml",
      "scenario.a": "scenarios/team/a.yaml",
    });
    expect([...project.assistants.keys()].toSorted()).toEqual(["billing", "weather"]);
  });

  test("refuses equal addresses, also such that differ only in case, and links to folders", async () => {
    const root = folderOf({
      "playbill.yaml": "project: x\n",
      "assistants/a.yaml": "model: m\n",
      "assistants/team/a.yaml": "model: m\n",
      "assistants/team/tools/t.yaml": "{}\n",
      "assistants/tools/T.yaml": "{}\n",
      "elsewhere/b.yaml": "model: m\n",
    });
    symlinkSync(join(root, "elsewhere"), join(root, "assistants/linked"));
    const { problems } = await loadProject(root, {});
    const refused = problems.filter(({ severity }) => severity === "error");
    expect(refused.map(({ code, message }) => [code, message])).toEqual([
      ["linked_folder", '"assistants/linked" is a link to a folder, which is not read'],
      ["duplicate_address", '"assistants/team/a.yaml" has the same address as "assistants/a.yaml": assistant.a'],
      [
        "duplicate_address",
        '"assistants/tools/T.yaml" and "assistants/team/tools/t.yaml" have addresses that differ only in case',
      ],
    ]);
  });
});

describe("what is needed", () => {
  const files = {
    "playbill.yaml": "project: desk\n",
    "assistants/billing.yaml": "model: m\ntools: [{ function: look_up }]\n",
    "assistants/other.yaml": "modle: m\n",
    "assistants/wrong.yaml": "model: m\ninstructions: ${{ vars.nope }}\n",
    "assistants/broken.yaml": 'model: "m\n',
    "assistants/tools/look_up.yaml": "description: x\n",
    "assistants/tools/bad.yaml": "parameters: { type: strng }\n",
    "assistants/uses-bad.yaml": "model: m\ntools: [{ function: bad }]\n",
    "scenarios/good.yaml": "assistant: billing\nturns: [{ user: Hi, expect: { reply: { contains: a } } }]\n",
    "scenarios/bad.yaml": "assistant: billing\ntruns: []\n",
    "scenarios/of-other.yaml": "assistant: other\nturns: [{ user: Hi, expect: { reply: { contains: a } } }]\n",
  };
  const load = (need: Need) => loadProject(folderOf(files), {}, scenarioSide, need);
  const only = (...wanted: string[]) => ({ isSelected: (address: string) => wanted.includes(address) });

  test.each<[what: string, need: Need, problems: string[]]>([
    ["a sound assistant beside broken ones", { files: "resources", ...only("assistant.billing") }, []],
    [
      "an assistant with a wrong key",
      { files: "resources", ...only("assistant.other") },
      ["unknown_key assistants/other.yaml:1:1", "missing_key assistants/other.yaml:1:1"],
    ],
    [
      "an assistant whose YAML is broken",
      { files: "resources", ...only("assistant.broken") },
      ["bad_yaml assistants/broken.yaml:1:8"],
    ],
    [
      "an assistant with a wrong tool",
      { files: "resources", ...only("assistant.uses-bad") },
      ["unknown_value assistants/tools/bad.yaml:1:21"],
    ],
    ["a scenario, its assistant and that one's tools", { files: "all", ...only("scenario.good") }, []],
    [
      "a scenario of a wrong assistant",
      { files: "all", ...only("scenario.of-other") },
      ["unknown_key assistants/other.yaml:1:1", "missing_key assistants/other.yaml:1:1"],
    ],
    ["nothing", { files: "none" }, []],
  ])("%s", async (_, need, problems) => {
    const loaded = await load(need);
    expect(new Set(loaded.problems.map(brief))).toEqual(new Set(problems));
    expect(loaded.project === null).toBe(problems.length > 0);
  });

  test("what is sound is there, selected or not; every file is known", async () => {
    const { project } = await load({ files: "all", ...only("assistant.billing") });
    expect([...(project?.assistants.keys() ?? [])]).toEqual(["billing"]);
    expect([...(project?.tools.keys() ?? [])]).toEqual(["look_up"]);
    expect(project?.scenarios.map(({ name }) => name)).toEqual(["good"]);
    expect(project?.files.size).toBe(10);
  });

  test("everything, when nothing is selected", async () => {
    const { project, problems } = await load({ files: "all" });
    expect(project).toBeNull();
    expect(new Set(problems.map(({ place }) => place?.file)).size).toBe(5);
  });
});

describe("said once", () => {
  test("a fault in an instruction file that six assistants share, at its place", async () => {
    const assistants = Array.from({ length: 6 }, (_, index) => [
      `assistants/a${index}.yaml`,
      "model: m\nexpressions: true\ninstructions: { file: shared/tone.md }\n",
    ]);
    const problems = await problemsOf({
      ...Object.fromEntries(assistants),
      "playbill.yaml": "project: x\nvars: { company: Acme }\n",
      "assistants/shared/tone.md": "# Tone\n\nYou work for ${{ vars.compny }}.\n",
    });
    expect(problems.map(brief)).toEqual(["unknown_name assistants/shared/tone.md:3:18"]);
    expect(problems[0]?.message).toContain('did you mean "vars.company"?');
  });
});
