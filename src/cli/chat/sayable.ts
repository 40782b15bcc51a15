import type { Script } from "../../project/script.ts";
import { findTurn, growTree } from "../../server/models/script/find.ts";
import { sayableText } from "./help.ts";

/** A text that no script has as a message. */
const nothingSaid = "\u0000";

/** The messages that a script answers after these, one a line; empty when there are none. */
export function sayableNext(scripts: readonly Script[], said: readonly string[], assistantName: string | null): string {
  const own = scripts.filter((script) => script.assistantName === assistantName);
  const found = findTurn(growTree(own), [...said, nothingSaid], assistantName);
  return found.kind === "found" ? "" : sayableText(found.next.map(({ text }) => text));
}
