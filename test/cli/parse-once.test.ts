import { Parser } from "yaml";
import { expect, onTestFinished, test, vi } from "vitest";
import { run, temporaryFolder } from "./run.ts";

test("validate parses a sound file once, whatever the rules ask: a place costs another time", async () => {
  await using project = await temporaryFolder();
  await run(project.path, ["init", "."]);
  const parse = vi.spyOn(Parser.prototype, "parse");
  onTestFinished(() => parse.mockRestore());
  expect(await run(project.path, ["validate"])).toMatchObject({ exitCode: 0 });
  const texts = parse.mock.calls.map(([text]) => text);
  expect(texts.filter((text) => text.includes("turns:"))).toHaveLength(1);
  expect(texts.filter((text) => text.includes("instructions:"))).toHaveLength(1);
});
