import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ScenarioResult } from "../../src/scenarios/results/result.ts";
import { run, temporaryFolder } from "./run.ts";

const scenario = `assistant: hr
turns:
  - user: How much leave do I have?
    script:
      - { call: file_search, with: { query: annual leave } }
      - { call: code_interpreter, with: { input: "open('/mnt/data/days.csv', 'w').write('days,30')" } }
      - say: "Thirty days【4:0†source】, see [the table](sandbox:/mnt/data/days.csv)."
    expect: { reply: { contains: Thirty } }
`;

test("what a conversation makes is kept beside its results, what it cites in them, also when it is judged again", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/files/leave.md", "# Leave\nEverybody has thirty days of annual leave.\n");
  await folder.write("assistants/vector_stores/handbook.yaml", "name: Handbook\nfiles: [../files/leave.md]\n");
  await folder.write(
    "assistants/hr.yaml",
    "name: HR\nmodel: gpt-4o\ntools:\n  - file_search: { vector_store: handbook }\n  - code_interpreter\n",
  );
  await folder.write("scenarios/leave.yaml", scenario);
  const tested = await run(folder.path, ["test"]);
  expect(tested.output).toContain("1 passed");
  expect((await run(folder.path, ["regrade", "last"])).exitCode).toBe(0);
  const runs = await readdir(join(folder.path, ".playbill", "runs"));
  expect(runs).toHaveLength(2);
  for (const id of runs) {
    const path = join(folder.path, ".playbill", "runs", id);
    const lines = (await readFile(join(path, "results.jsonl"), "utf8")).split("\n");
    const [turn] = (JSON.parse(lines[1] ?? "{}") as ScenarioResult).record?.turns ?? [];
    expect(turn?.passages?.["【4:0†source】"]).toContain("Everybody has thirty days");
    const [kept] = Object.values(turn?.fileContents ?? {});
    expect(kept).toMatchObject({ bytes: 7, image: null });
    expect(await readFile(join(path, "attachments", kept?.sha256 ?? ""), "utf8")).toBe("days,30");
  }
});
