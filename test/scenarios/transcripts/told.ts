import { createTranscriptReader, type Read } from "../../../src/scenarios/transcripts/read.ts";
import type { SeenConversation } from "../../../src/scenarios/transcripts/conversation.ts";

/** What a reader makes of the documents of one file, a document a line. */
export function readAll(...documents: readonly unknown[]): Read[] {
  const reader = createTranscriptReader("chats.jsonl");
  return [...documents.flatMap((each, index) => reader.add(each, index + 1)), ...reader.end()];
}

/** What was read, a line for each thing that happened: `call lookup {"id":"A-1"} -> {"status":"late"}`. */
export function told(...documents: readonly unknown[]): string[] {
  return readAll(...documents).flatMap((each) =>
    each.kind === "unusable"
      ? [`unusable: ${each.why}`]
      : linesOf(each.conversation).concat(each.notes.map((note) => `not in it: ${note}`)),
  );
}

function linesOf({ opening, turns }: SeenConversation): string[] {
  return [
    ...opening.map((each) =>
      each.role === "call" ? `before: call ${each.name}` : `before: ${each.role} ${each.text}`,
    ),
    ...turns.flatMap(({ user, steps, end }) => [
      `user ${user}`,
      ...steps.flatMap((step) => {
        switch (step.kind) {
          case "say":
            return [`say ${step.text}`];
          case "refuse":
            return [`refuse ${step.text}`];
          case "code":
            return [`code ${step.input} -> ${step.logs}`];
          case "search":
            return [`search ${step.query}`];
          case "calls":
            return step.calls.map(
              ({ name, args, outcome }) =>
                `call ${name} ${JSON.stringify(args)} -> ${outcome === null ? "nothing" : JSON.stringify(outcome.kind === "result" ? outcome.value : { error: outcome.message })}`,
            );
        }
      }),
      ...(end.kind === "completed" ? [] : [`end ${end.kind}`]),
    ]),
  ];
}
