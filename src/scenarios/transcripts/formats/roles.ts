import type { JsonObject } from "../../../kit/json.ts";

/** Who a message is from, in the words that formats have for it. */
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

/** Keys under which messages say who they are from. */
const keys = ["role", "from", "speaker", "author", "sender"] as const;

/** Who a message is from; `null` when it does not say so in a way that is known. */
export function roleOf(message: JsonObject): Role | null {
  const key = keys.find((each) => message[each] !== undefined && message[each] !== null);
  const value = key === undefined ? message["type"] : message[key];
  const text = typeof value === "object" && value !== null ? (value as JsonObject)["role"] : value;
  if (typeof text !== "string") return null;
  const word = text
    .toLowerCase()
    .replaceAll(/[\s_-]/g, "")
    .replace(/message$/, "");
  // Where two people speak, the system is the one that answers.
  if (key === "speaker" && word === "system") return "assistant";
  return known.get(word) ?? null;
}
