import type { Scope } from "../../project/expression.ts";
import type { Declared } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { fillText } from "../fill.ts";
import type { Scenario } from "../scenario.ts";

/** What was there before the first turn, its expressions evaluated. Throws a ProblemError when one cannot be. */
export function readThread(declared: Declared<WrittenScenario>, scope: Scope): Pick<Scenario, "opening" | "metadata"> {
  const { messages = [], metadata = {} } = declared.value.thread ?? {};
  return {
    opening: messages.map((message, index) => {
      const [role, text] =
        "user" in message ? (["user", message.user] as const) : (["assistant", message.assistant] as const);
      return { role, text: fillText(declared, ["thread", "messages", index, role], text, scope) };
    }),
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, text]) => [
        key,
        fillText(declared, ["thread", "metadata", key], text, scope),
      ]),
    ),
  };
}
