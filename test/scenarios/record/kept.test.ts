import { expect, test } from "vitest";
import { createSystemClock } from "../../../src/kit/clock.ts";
import { keptOf, mostBytes } from "../../../src/scenarios/record/kept.ts";
import type { Conversation } from "../../../src/targets/target.ts";
import { turn } from "../scenario.ts";

const nothing = () => {
  throw new Error("nobody speaks here");
};
const target: Conversation = {
  id: "conversation_1",
  send: nothing,
  answer: nothing,
  cancel: async () => {},
  close: async () => {},
  transcript: async () => [],
  fileName: async () => null,
  fileContent: async (id, { most }) => (id === "big" ? null : new TextEncoder().encode(`${id} of ${most}`)),
  passages: async (citations) => citations.map(({ fileId }) => (fileId === "unknown" ? null : `passage of ${fileId}`)),
};
const [clock, { signal }] = [createSystemClock({ keepsAlive: false }), new AbortController()];
const cite = (text: string, fileId: string) => ({ text, fileId, start: 0, end: 1 });
const made = turn({
  code: [{ input: "plot()", logs: "", images: ["chart", "big", "secret"] }],
  messages: [{ text: "[1][2]", citations: [cite("[1]", "policy"), cite("[2]", "unknown")], files: ["chart"] }],
});

test("files that a turn made and passages that it cites are kept, but what is too big, has a secret in it, or is not given", async () => {
  const seen: string[] = [];
  const kept = await keptOf(made, target, {
    clock,
    signal,
    async keep(bytes) {
      const text = new TextDecoder().decode(bytes);
      seen.push(text);
      return text.startsWith("secret") ? null : { sha256: `hash of ${text}`, bytes: bytes.length, image: null };
    },
  });
  expect(seen).toEqual([`chart of ${mostBytes}`, `secret of ${mostBytes}`]);
  expect(Object.keys(kept.fileContents ?? {})).toEqual(["chart"]);
  expect(kept.passages).toEqual({ "[1]": "passage of policy" });
});

test("a disk that is full loses what was to be kept, and nothing else; a turn without files asks for nothing", async () => {
  const keep = async () => Promise.reject(new Error("ENOSPC"));
  expect(await keptOf(made, target, { clock, signal, keep })).toEqual({ passages: { "[1]": "passage of policy" } });
  expect(await keptOf(turn({ reply: "Hi." }), target, { clock, signal, keep })).toEqual({});
});
