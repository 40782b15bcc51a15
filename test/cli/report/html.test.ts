import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FileIndex } from "../../../src/page-data/index-row.ts";
import { blocks, decodeChunk } from "../../../src/page-data/pack.ts";
import type { RunHead } from "../../../src/page-data/run-head.ts";
import { run, temporaryFolder } from "../run.ts";

const secret = "sk-verysecret-12345678";

test("without a name, a report is in the folder that is not committed, tells of the runs before, and has no secret in it", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\nvars: { token: '${SECRET_TOKEN}' }\n");
  await folder.write("assistants/support.yaml", "model: gpt-4o\ninstructions: Help.\n");
  await folder.write(
    "scenarios/leak.yaml",
    `assistant: support
turns:
  - user: My token is \${{ vars.token }}
    script: [{ say: "It is ${secret}." }]
    expect: { reply: { contains: "no ${secret}" } }
`,
  );
  const env = { PATH: process.env.PATH, SECRET_TOKEN: secret };
  await run(folder.path, ["test"], { env });
  const { exitCode, stderr } = await run(folder.path, ["test", "--reporter", "html"], { env });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`report: ${join(".playbill", "report.html")}\n`);
  const html = readFileSync(join(folder.path, ".playbill/report.html"), "utf8");
  const block = (name: keyof typeof blocks) => html.split(`id="${blocks[name]}">`)[1]?.split("</script>")[0] ?? "";
  const head = await decodeChunk<RunHead>(block("head"));
  const index = await decodeChunk<FileIndex>(block("index"));
  const [start = 0, length = 0] = [index.pages.start[0], index.pages.length[0]];
  const page = await decodeChunk<object>(block("pack").slice(start, start + length));
  expect(head.project).toBe("desk");
  expect(head.history.map(({ passed, counted }) => [passed, counted])).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(JSON.stringify(page)).toContain("It is ***.");
  for (const part of [html, head, index, page]) expect(JSON.stringify(part)).not.toContain("verysecret");
});
