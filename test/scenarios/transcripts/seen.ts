import fc from "fast-check";
import type {
  SeenCall,
  SeenConversation,
  SeenStep,
  SeenTurn,
} from "../../../src/scenarios/transcripts/conversation.ts";

/** A conversation with what a test says of it. */
export function seen(turns: readonly SeenTurn[], more: Partial<SeenConversation> = {}): SeenConversation {
  const source = { file: "chats.jsonl", line: 1 };
  return { name: null, assistant: null, instructions: null, tools: [], opening: [], turns, source, ...more };
}

/** A turn that ends well. */
export function turn(user: string, ...steps: SeenStep[]): SeenTurn {
  return { user, steps, end: { kind: "completed" } };
}

/** A step with one call and its result. */
export function called(name: string, args: SeenCall["args"], value: unknown): SeenStep {
  return { kind: "calls", calls: [{ name, args, outcome: { kind: "result", value } }] };
}

/** A step in which something is said. */
export function said(text: string): SeenStep {
  return { kind: "say", text };
}

/** Texts that mean something to YAML, to expressions, to matchers or to a terminal. */
const awkward = [
  "${{ vars.x }}",
  "${{",
  "a: b # c",
  "- x",
  "'\"",
  "line\nline\n\n  indented",
  "no",
  "0x1F",
  "2026-11-26",
  "naïve 💶 \u{202e}x",
  "tab\tend ",
  "$regex",
];
const text = fc.oneof(fc.constantFrom(...awkward), fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }));
const visible = text.map((each) => `x${each}`);
const key = fc.constantFrom("id", "note", "args", "result", "times", "$regex", "n");
const scalar = fc.oneof(visible, fc.integer({ min: -5, max: 5 }), fc.boolean(), fc.constant(null));
const value = fc.oneof(scalar, fc.dictionary(key, scalar, { maxKeys: 3 }), fc.array(scalar, { maxLength: 3 }));
/** Often the same ones, so that equal calls are answered differently, and some with more arguments than others. */
const args = fc.oneof(
  fc.constantFrom({}, { id: "A-1" }, { id: "A-1", note: "x" }),
  fc.dictionary(key, value, { maxKeys: 3 }),
);
const outcome = fc.oneof(
  value.map((each) => ({ kind: "result" as const, value: each })),
  visible.map((message) => ({ kind: "error" as const, message })),
);
const call = fc.record({ name: fc.constantFrom("lookup", "refund"), args, outcome });
const step: fc.Arbitrary<SeenStep> = fc.oneof(
  visible.map(said),
  fc.array(call, { minLength: 1, maxLength: 3 }).map((calls) => ({ kind: "calls" as const, calls })),
);
const seenTurn = fc
  .tuple(visible, fc.array(step, { maxLength: 4 }), visible)
  .map(([user, steps, last]) => turn(user, ...steps, said(last)));

/** Any conversation with an assistant that has the functions `lookup` and `refund`. */
export const anySeen = fc.array(seenTurn, { minLength: 1, maxLength: 3 }).map((turns) => seen(turns));
