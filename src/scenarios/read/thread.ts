import type { Scope } from "../../project/expression.ts";
import type { Declared, Path } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { WrittenMessage } from "../../project/schemas/scenario/thread.ts";
import type { OpeningMessage } from "../../targets/target.ts";
import { asText, fill, fillText } from "../fill.ts";
import type { Scenario } from "../scenario.ts";

/** The thread before the first turn, with its expressions evaluated. Throws a ProblemError when one cannot be evaluated. */
export function readThread(declared: Declared<WrittenScenario>, scope: Scope): Pick<Scenario, "opening" | "metadata"> {
  const { messages = [], metadata = {} } = declared.value.thread ?? {};
  return {
    opening: messages.map((message, index) => readMessage(message, ["thread", "messages", index], declared, scope)),
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, text]) => [
        key,
        fillText(declared, ["thread", "metadata", key], text, scope),
      ]),
    ),
  };
}

function readMessage(message: WrittenMessage, path: Path, declared: Declared<unknown>, scope: Scope): OpeningMessage {
  const text = (key: string, value: string) => fillText(declared, [...path, key], value, scope);
  if ("user" in message) return { role: "user", text: text("user", message.user) };
  if ("assistant" in message) return { role: "assistant", text: text("assistant", message.assistant) };
  const { call: name, with: args = {}, result } = message;
  return {
    role: "call",
    name,
    arguments: JSON.stringify(fill(declared, [...path, "with"], args, scope)),
    output: asText(fill(declared, [...path, "result"], result, scope)),
  };
}
