import type OpenAI from "openai";
import type { Lines } from "../scripts.ts";

/** What the model says in these tests. */
export const lines: Lines = {
  hello: [{ say: "Hello there, friend." }],
  weather: [
    { say: "Let me see." },
    { call: "get_weather", with: { city: "Paris" } },
    { say: "It is ${{ tools.get_weather.result.celsius }} degrees." },
  ],
  "two cities": [
    {
      calls: [
        { call: "get_weather", with: { city: "Paris" } },
        { call: "get_weather", with: { city: "Rome" } },
      ],
    },
    { say: "Both are fine." },
  ],
  wait: [{ say: "One moment." }, { delay: "1h" }, { say: "Here it is." }],
  "wait in silence": [{ delay: "1h" }, { say: "Here it is." }],
  limit: [{ fail: { code: "rate_limit_exceeded", message: "Too much at once." } }],
  "fail late": [{ say: "I begin " }, { fail: { code: "server_error", message: "It broke." } }],
  refuse: [{ refuse: "That I do not do." }],
  nothing: [],
};

export const weatherTool = {
  type: "function",
  function: { name: "get_weather", description: "Weather now.", parameters: { type: "object" } },
} as const;

/** An assistant whose lines these are, with the tools given. */
export async function createTester(
  client: OpenAI,
  more: Partial<OpenAI.Beta.AssistantCreateParams> = {},
): Promise<string> {
  const { id } = await client.beta.assistants.create({ model: "m", name: "tester", tools: [weatherTool], ...more });
  return id;
}

/** A thread in which the user has said this. */
export async function createThread(client: OpenAI, ...said: string[]): Promise<string> {
  const { id } = await client.beta.threads.create({ messages: said.map((content) => ({ role: "user", content })) });
  return id;
}

/** The text of the newest message. */
export async function lastText(client: OpenAI, threadId: string): Promise<string> {
  const { data } = await client.beta.threads.messages.list(threadId, { limit: 1 });
  return (data[0]?.content ?? []).map((part) => (part.type === "text" ? part.text.value : `[${part.type}]`)).join("");
}
