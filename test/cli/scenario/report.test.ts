import { expect, test } from "vitest";
import { run, temporaryFolder } from "../run.ts";

test("what cannot be in a scenario is reported in one line, whatever it is called", async () => {
  await using folder = await temporaryFolder();
  await folder.write("playbill.yaml", "project: desk\n");
  await folder.write("assistants/support.yaml", "model: gpt-4o-mini\n");
  const type = `x\n::error::y\u001b[31m${"!".repeat(300)}`;
  const messages = [
    { role: "user", content: [{ type: "text", text: "Hi" }, { type }] },
    { role: "assistant", content: "Hello!" },
  ];
  await folder.write("a.json", JSON.stringify({ messages }));
  const { stdout } = await run(folder.path, ["scenario", "from-transcript", "a.json"]);
  expect(stdout).toContain(String.raw`  content of type x\u000a::error::y\u001b[31m!!!`);
  expect(stdout.split("\n").every((line) => line.length < 250)).toBe(true);
});
