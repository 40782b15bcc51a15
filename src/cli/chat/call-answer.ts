import { parseJson } from "../../kit/json.ts";
import type { CallOutcome } from "../../scenarios/record/record.ts";

/** The answers to a function call that need no typing. */
export interface Answers {
  hasHandler: boolean;
  /** The last answer to the same function; `null` before its first call. */
  last: CallOutcome | null;
}

/** The user's choice; `again`: invalid input, with the reason. */
export type CallChoice =
  | { kind: "handler" }
  | { kind: "outcome"; outcome: CallOutcome }
  | { kind: "again"; why: string };

/** The prompt for an answer to a call; Enter alone uses the handler, otherwise the last answer. */
export function callPrompt({ hasHandler, last }: Answers): string {
  const choices = [
    ...(hasHandler ? ["[h]andler"] : []),
    "[j]son VALUE",
    "[e]rror TEXT",
    ...(last === null ? [] : ["[l]ast"]),
  ];
  return `  ${choices.join("  ")}> `;
}

/** Reads the user's answer to a call. A line that is JSON needs no `j`. */
export function readCallAnswer(line: string, { hasHandler, last }: Answers): CallChoice {
  const [, word = "", rest = ""] = /^(\S*)\s*([^]*)$/.exec(line.trim()) ?? [];
  const again = (why: string): CallChoice => ({ kind: "again", why });
  switch (word) {
    case "":
      if (hasHandler) return { kind: "handler" };
      return last === null ? again("type j and the answer as JSON") : { kind: "outcome", outcome: last };
    case "h":
    case "handler":
      return hasHandler ? { kind: "handler" } : again("the function has no handler");
    case "l":
    case "last":
      return last === null ? again("there is no earlier answer") : { kind: "outcome", outcome: last };
    case "e":
    case "error":
      return rest === ""
        ? again("type e and the error message")
        : { kind: "outcome", outcome: { kind: "error", message: rest } };
    case "j":
    case "json":
      return valueOf(rest) ?? again(`that is not JSON; as text, type j ${JSON.stringify(rest)}`);
    default:
      return valueOf(line) ?? again('type j and JSON, for example j {"status":"late"}, or e and the error message');
  }
}

function valueOf(text: string): CallChoice | null {
  const value = parseJson(text);
  return value === undefined ? null : { kind: "outcome", outcome: { kind: "result", value } };
}
