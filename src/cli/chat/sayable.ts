import type { Script } from "../../project/script.ts";
import { findTurn, growTree } from "../../server/models/script/find.ts";
import { sayableText } from "./help.ts";

/** No message of a script. */
const nothingSaid = "\u0000";

/** What may be said after these messages so that a script answers, one a line; an empty text when there is nothing. */
export function sayableNext(scripts: readonly Script[], said: readonly string[], assistantName: string | null): string {
  const own = scripts.filter((script) => script.assistantName === assistantName);
  const found = findTurn(growTree(own), [...said, nothingSaid], assistantName);
  return found.kind === "found" ? "" : sayableText(found.next.map(({ text }) => text));
}
