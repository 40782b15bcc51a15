import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { main } from "../src/cli/main.ts";
import { createTestWorld, run, temporaryFolder } from "./cli/run.ts";

// The console blocks of docs/import.md that print something are run one after the other, each after what happened at the target before it.

const page = readFileSync(join(import.meta.dirname, "..", "docs", "import.md"), "utf8");
const blocks = [...page.matchAll(/^```console\n\$ playbill ([^\n]+)\n([^$`][^]*?)^```$/gm)].map(
  ([, command = "", output = ""]) => ({ command, output }),
);

const facts = "Ask for the order number before you look anything up.\n".repeat(12);
const instructions = `# Tone\nBe kind.\n\n# Facts\n${facts}`;
const support = {
  id: "asst_abc123",
  object: "assistant",
  created_at: 1,
  name: "Customer Support",
  model: "gpt-4o",
  instructions,
  temperature: 0.2,
  tools: [],
  metadata: {},
};

test("the commands of docs/import.md print what it says", async () => {
  await using project = await temporaryFolder();
  const { path } = project;
  await project.write("playbill.yaml", "project: desk\n");
  await run(path, ["sync", "--yes"]);
  const atTarget = (sql: string, ...values: string[]) => {
    const database = new DatabaseSync(join(path, ".playbill/local.db"));
    database.prepare(sql).run(...values);
    database.close();
  };
  const edit = (field: string, json: string) =>
    atTarget("UPDATE documents SET value = json_set(value, '$.' || ?, json(?)) WHERE key = 'asst_abc123'", field, json);
  const before: Record<string, () => unknown> = {
    "import assistant.support asst_abc123": () =>
      atTarget(
        "INSERT INTO documents (kind, key, value) VALUES ('assistant', 'asst_abc123', ?)",
        JSON.stringify(support),
      ),
    "import --from backup.json": () =>
      project.write(
        "backup.json",
        JSON.stringify({
          object: "list",
          data: [{ ...support, id: "asst_1", name: "Data Analyst", instructions: "Draw charts." }],
        }),
      ),
    "pull assistant.support": () => edit("temperature", "0.7"),
    "pull assistant.support --merge": async () => {
      await run(path, ["sync", "--yes"]);
      await project.write("assistants/support.md", instructions.replace(/\n$/, "\nSay goodbye.\n"));
      edit("instructions", JSON.stringify(instructions.replace("Be kind.", "Be kind and brief.")));
    },
  };
  expect(blocks.map(({ command }) => command)).toEqual(Object.keys(before));
  for (const { command, output } of blocks) {
    await before[command]?.();
    const { world, text } = createTestWorld(path, {
      ask: async (question) => {
        world.stderr.write(`${question}yes\n`);
        return "yes";
      },
    });
    await main(command.split(" "), world);
    expect(text(), command).toBe(output);
  }
});
