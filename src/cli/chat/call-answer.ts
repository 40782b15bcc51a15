import { parseJson } from "../../kit/json.ts";
import type { CallOutcome } from "../../scenarios/record/record.ts";

/** What a call of a function can be answered with besides what a person types. */
export interface Answers {
  hasHandler: boolean;
  /** What the same function was answered last; `null` when it was not called yet. */
  last: CallOutcome | null;
}

/** What a person chose; `again`: nothing that can be done, and why. */
export type CallChoice =
  | { kind: "handler" }
  | { kind: "outcome"; outcome: CallOutcome }
  | { kind: "again"; why: string };

/** The question that asks for an answer to a call; Enter alone takes what is first of handler and last. */
export function callPrompt({ hasHandler, last }: Answers): string {
  const choices = [
    ...(hasHandler ? ["[h]andler"] : []),
    "[j]son VALUE",
    "[e]rror TEXT",
    ...(last === null ? [] : ["[l]ast"]),
  ];
  return `  ${choices.join("  ")}> `;
}

/** Reads how a person answers a call. A line that is JSON needs no `j`. */
export function readCallAnswer(line: string, { hasHandler, last }: Answers): CallChoice {
  const [, word = "", rest = ""] = /^(\S*)\s*([^]*)$/.exec(line.trim()) ?? [];
  const again = (why: string): CallChoice => ({ kind: "again", why });
  switch (word) {
    case "":
      if (hasHandler) return { kind: "handler" };
      return last === null ? again("type j and what it answers, as JSON") : { kind: "outcome", outcome: last };
    case "h":
    case "handler":
      return hasHandler ? { kind: "handler" } : again("the function has no handler");
    case "l":
    case "last":
      return last === null ? again("it was not answered before") : { kind: "outcome", outcome: last };
    case "e":
    case "error":
      return rest === ""
        ? again("type e and what went wrong")
        : { kind: "outcome", outcome: { kind: "error", message: rest } };
    case "j":
    case "json":
      return valueOf(rest) ?? again(`that is not JSON; as text it is j ${JSON.stringify(rest)}`);
    default:
      return valueOf(line) ?? again('type j and JSON, as in j {"status":"late"}; or e and what went wrong');
  }
}

function valueOf(text: string): CallChoice | null {
  const value = parseJson(text);
  return value === undefined ? null : { kind: "outcome", outcome: { kind: "result", value } };
}
