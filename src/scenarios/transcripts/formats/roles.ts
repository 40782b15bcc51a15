import type { JsonObject } from "../../../kit/json.ts";

/** The author of a message, normalized across formats. */
export type Role = "user" | "assistant" | "system" | "call" | "result";

const words: Readonly<Record<Role, readonly string[]>> = {
  user: ["user", "human", "customer", "client", "caller", "prompter", "usr", "visitor", "person"],
  assistant: ["assistant", "gpt", "bot", "ai", "model", "agent", "chatbot", "chatgpt", "aimessage"],
  system: ["system", "developer", "instructions"],
  call: ["functioncall", "toolcall", "toolcalls", "functioncalls", "tooluse"],
  result: [
    "tool",
    "function",
    "observation",
    "functionresponse",
    "functionoutput",
    "functionresult",
    "toolresponse",
  ].concat(["toolresult", "tooloutput", "apiresponse", "ipython", "functioncalloutput", "toolmessage"]),
};
const known = new Map(Object.entries(words).flatMap(([role, all]) => all.map((word) => [word, role as Role] as const)));

/** The keys of the author in messages. */
const keys = ["role", "from", "speaker", "author", "sender"] as const;

/** The author of a message; `null` when it is absent or unknown. */
export function roleOf(message: JsonObject): Role | null {
  const key = keys.find((each) => message[each] !== undefined && message[each] !== null);
  const value = key === undefined ? message["type"] : message[key];
  const text = typeof value === "object" && value !== null ? (value as JsonObject)["role"] : value;
  if (typeof text !== "string") return null;
  const word = text
    .toLowerCase()
    .replaceAll(/[\s_-]/g, "")
    .replace(/message$/, "");
  // In dialogues between two speakers, the system is the one that answers.
  if (key === "speaker" && word === "system") return "assistant";
  return known.get(word) ?? null;
}
