import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { ask } from "../../src/cli/ask.ts";

/** Asks, and types that. */
async function answerTo(typed: string): Promise<string | null> {
  const stop = new AbortController();
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answer = ask("Sure? ", { input, output, signal: stop.signal, interrupt: () => stop.abort() });
  input.write(typed);
  return answer;
}

test("an answer is what was typed up to Enter", async () => {
  expect(await answerTo("yes\r")).toBe("yes");
});

test("Ctrl-D is no answer", async () => {
  expect(await answerTo("\u0004")).toBe(null);
});

test("Ctrl-C is an interruption", async () => {
  await expect(answerTo("\u0003")).rejects.toMatchObject({ name: "AbortError" });
});
