import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { completion, startEndpoint } from "../targets/chat/endpoint.ts";
import { run, temporaryFolder } from "./run.ts";

// Every place that asks a person, and a command that gets there without a terminal: it refuses in words, or goes ahead without asking.

const refused = [3, "error[not_confirmed]"] as const;
const places: Record<string, readonly [line: string, exitCode: number, printed: string]> = {
  "init/init.ts": ["init other", 0, "Wrote 31 files"],
  "sync/carry-out.ts": ["sync", ...refused],
  "pull/edited-files.ts": ["pull assistant.support", ...refused],
  "test/bless.ts": ["bless", ...refused],
  "backup/restore-database.ts": ["restore kept.db --db .playbill/local.db", ...refused],
  // Its model costs something: the command line is the confirmation.
  "mutate/mutate.ts": ["mutate --target real --max 1", 1, "1 mutant"],
  // Nothing is piped in.
  "chat/chat.ts": ["chat support", 0, ""],
};

test("these are all the places", () => {
  const folder = join(import.meta.dirname, "../../src/cli");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  const asks = /world\.ask\b|\bask\b[^}]*\}: World\b|stdin\.isTTY/;
  const asking = files.filter((path) => path !== "world.ts" && asks.test(readFileSync(join(folder, path), "utf8")));
  const named = asking.map((path) => (path === "init/begin.ts" ? "init/init.ts" : path));
  expect(named.toSorted()).toEqual(Object.keys(places).toSorted());
});

test("without a terminal they refuse, or go ahead", async () => {
  await using folder = await temporaryFolder();
  const { baseUrl } = await startEndpoint(() => completion("No."));
  const real = `  real: { api: responses, server: embedded, model: openai, upstream_base_url: "${baseUrl}" }\n`;
  await run(folder.path, ["init", "--template", "responses"]);
  const config = await readFile(join(folder.path, "playbill.yaml"), "utf8");
  await folder.write("playbill.yaml", config.replace("default_target:", `${real}default_target:`));
  for (const line of ["sync --yes", "test", "backup kept.db --db .playbill/local.db"])
    expect(await run(folder.path, line.split(" ")), line).toMatchObject({ exitCode: 0 });
  const bundle = ".playbill/local.bundle.json";
  const published = await readFile(join(folder.path, bundle), "utf8");
  await folder.write(bundle, published.replace('"temperature": 0.2', '"temperature": 0.3'));
  await folder.write("assistants/more.yaml", "model: gpt-4o-mini\n");
  for (const [line, exitCode, printed] of Object.values(places)) {
    const argv = line === "sync" ? ["sync", "assistant.more"] : line.split(" ");
    const outcome = await run(folder.path, argv);
    expect([outcome.exitCode, outcome.output], line).toEqual([exitCode, expect.stringContaining(printed)]);
  }
});
