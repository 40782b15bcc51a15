import { closed } from "../../project/schemas/common.ts";
import { isObject } from "../../kit/json.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { show } from "../matcher/json.ts";
import { match } from "../matcher/match.ts";
import type { Path } from "../../project/project.ts";
import type { Finding } from "../verdict.ts";
import { Matcher, countFaults, neverFails, severity, typedMatcherFaults } from "./fragments.ts";
import { defineSubject, type Fault } from "./subject.ts";
import { emptyTexts, findText, readTexts, type TextAt } from "./texts.ts";

const Messages = Type.Object(
  {
    count: Type.Optional(Matcher),
    order: Type.Optional(
      Type.Array(Matcher, {
        minItems: 1,
        description:
          "Texts, or matchers of a text. Messages with them must come in this order; other messages may come between.",
        examples: [["late", "welcome"]],
      }),
    ),
    severity,
  },
  { ...closed, description: "The number of messages that the assistant must send, and their order." },
);

/** One message of an order: a text that it contains, or a matcher of the entire message. */
type Wanted = { at: Path; written: unknown } & ({ kind: "text"; text: TextAt } | { kind: "matcher" });

/** The messages that the assistant sent: their number and their order. */
export const messages = defineSubject({
  name: "messages",
  turn: Messages,
  conversation: Messages,
  read: readMessages,
  faults: ({ count, order }) => [
    ...countFaults(count, ["count"]),
    ...order.flatMap(wantedFaults),
    ...(count === undefined && order.length === 0
      ? [neverFails([], "it checks nothing about the messages", "Add count or order.")]
      : []),
  ],
  judge({ count, order }, { turns }) {
    const said = turns.flatMap((turn) => turn.messages.map(({ text }) => text));
    return [
      ...(count === undefined ? [] : [judgeCount(count, said)]),
      ...(order.length === 0 ? [] : [judgeOrder(order, said)]),
    ];
  },
});

function readMessages({ count, order = [] }: Static<typeof Messages>): { count: unknown; order: Wanted[] } {
  return {
    count,
    order: order.map((written, index): Wanted => {
      const at = ["order", index];
      const [text] = isText(written) ? readTexts(written, "") : [];
      if (text === undefined) return { kind: "matcher", at, written };
      return { kind: "text", at, written, text: { ...text, at: [...at, ...text.at.slice(1)] } };
    }),
  };
}

function isText(written: unknown): written is string | { text: string; ignore_case?: boolean } {
  return typeof written === "string" || (isObject(written) && typeof written["text"] === "string");
}

function wantedFaults(wanted: Wanted): Fault[] {
  return wanted.kind === "text" ? emptyTexts([wanted.text]) : typedMatcherFaults(wanted.written, wanted.at, "string");
}

function judgeCount(count: unknown, said: readonly string[]): Finding {
  const faults = match(count, said.length).map(({ sentence }) => sentence);
  const pass = faults.length === 0;
  const sentence = pass ? `there are ${said.length} messages` : `number of messages: ${faults.join("; ")}`;
  return { at: ["count"], pass, expected: count, actual: said.length, sentence };
}

/** Assigns each entry the first message that matches after the previous one, which finds a matching order if there is one. */
function judgeOrder(order: readonly Wanted[], said: readonly string[]): Finding {
  let from = 0;
  for (const [index, wanted] of order.entries()) {
    const found = said.findIndex((text, at) => at >= from && fits(wanted, text));
    if (found !== -1) {
      from = found + 1;
      continue;
    }
    const before = order[index - 1];
    const after = before === undefined ? "" : ` after the one with ${show(before.written)}`;
    const earlier = said.findIndex((text) => fits(wanted, text));
    const where =
      earlier === -1 ? {} : { nearest: `Message ${earlier + 1} of ${said.length} has it, but comes earlier.` };
    const sentence = `no message with ${show(wanted.written)}${after}`;
    return { at: wanted.at, pass: false, expected: wanted.written, actual: said, sentence, ...where };
  }
  const sentence = "the messages came in the expected order";
  return { at: ["order"], pass: true, expected: order.map(({ written }) => written), actual: said, sentence };
}

function fits(wanted: Wanted, text: string): boolean {
  return wanted.kind === "text" ? findText(wanted.text, text) !== null : match(wanted.written, text).length === 0;
}
