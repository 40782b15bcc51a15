import { describe, expect, test } from "vitest";
import { findProjectRoot } from "../../src/project/files.ts";
import { loadProject } from "../../src/project/load.ts";
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
});
