import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chatCommands } from "../../../src/cli/chat/input.ts";
import { run, temporaryFolder } from "../run.ts";
import { type Step, typed } from "./typing.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/chat.md"), "utf8");
const steady = (text: string) => text.replaceAll(/\b\d+(\.\d+)? m?s\b/g, "<time>").trimEnd();

test("docs/chat.md shows what chat prints, and the file that it saves", async () => {
  await using folder = await temporaryFolder();
  await run(folder.path, ["init"]);
  const [, screen = ""] = /^```console\n\$ npx playbill chat support\n([^]*?)^```$/m.exec(page) ?? [];
  const steps = [...screen.matchAll(/^(you> |.*\[e\]rror.*?> )(.*)$/gm)].map(([, shown = "", keys = ""]): Step => [
    shown,
    `${keys}\n`,
  ]);
  expect(steps.length).toBeGreaterThan(5);
  const seen = await typed(folder.path, steps, { NO_COLOR: "1" });
  expect(steady(seen.screen.replaceAll("playbill chat", "npx playbill chat"))).toBe(steady(screen));
  const [, saved] = /^```yaml\n# scenarios\/lost-order\.yaml\n([^]*?)^```$/m.exec(page) ?? [];
  const file = await readFile(join(folder.path, "scenarios/lost-order.yaml"), "utf8");
  expect(file).toBe(saved);
});

test("docs/chat.md has every command", () => {
  for (const name of Object.keys(chatCommands)) expect(page).toMatch(new RegExp(`^\\| .*\`/${name}\\b`, "m"));
});
