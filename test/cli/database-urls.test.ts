import { expect, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

const url = "postgress://doro:geheim@db.example/desk";

async function expectRefused(running: ReturnType<typeof run>): Promise<void> {
  const { exitCode, output } = await running;
  expect([exitCode, output]).toEqual([4, expect.stringContaining("error[database_unusable]")]);
  expect(output).toContain("Did you mean postgres://?");
  expect(output).not.toMatch(/geheim|doro/);
}

test.each([[["serve", "--port", "0"]], [["migrate-in", "."]], [["backup", "new.db"]], [["restore", "kept.db"]]])(
  "%j refuses a URL that is not one of PostgreSQL, without its user and password",
  async (argv) => {
    await using folder = await temporaryFolder();
    await folder.write("kept.db", "SQLite format 3\0");
    await expectRefused(run(folder.path, [...argv, "--db", url]));
  },
);

test("such a URL is refused wherever it is written", async () => {
  await using folder = await temporaryFolder();
  const argv = ["backup", "new.db"];
  await expectRefused(run(folder.path, argv, { env: { PLAYBILL_DB: url } }));
  await folder.write("playbill.yaml", `project: desk\nserve: { db: '${url}' }\n`);
  await folder.write("inner/file", "");
  await expectRefused(run(`${folder.path}/inner`, argv));
});
