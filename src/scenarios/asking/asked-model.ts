import type { Price } from "../../project/prices.ts";
import type { ChatModel, ChatRequest } from "../../targets/chat/chat-model.ts";
import type { ChatAnswer } from "../../targets/chat/chat-wire.ts";
import { costOf } from "../record/cost.ts";
import type { Opinion } from "./ask.ts";

/** A model that Playbill asks, and what is known of it. */
export interface AskedModel {
  chat: ChatModel;
  /** Its name at the endpoint. */
  model: string;
  /** `askedAs` of it. */
  asked: string;
  /** Everything that its answers depend on beside the question. */
  identity: unknown;
  /** US dollars; `null` is unknown. */
  costOf(this: void, answer: Pick<ChatAnswer, "usage" | "model">): number | null;
}

/** A model in words that tell it from another one under the same name in the project. Where it is asked is not in them: that may be private. */
export function askedAs({ model, temperature }: { model: string; temperature: number | null }): string {
  return temperature === null ? model : `${model} at temperature ${temperature}`;
}

/** What an answer of a model cost, by the price of its name in the project, else of the name that the endpoint says. */
export function costOfAnswer(
  { usage, model }: Pick<ChatAnswer, "usage" | "model">,
  named: string,
  priceOf: (model: string) => Price | null,
): number | null {
  return costOf(usage, priceOf(named) ?? (model === null ? null : priceOf(model)));
}

/** What a model answers, with what that took. Throws a ProblemError when the model cannot be reached. */
export async function opinionOf(
  { chat, model, asked, costOf: costOfThis }: AskedModel,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Opinion> {
  const answer = await chat.complete(request, signal);
  const by = { model: answer.model ?? model, asked, usage: answer.usage, cost: costOfThis(answer) };
  return answer.kind === "text"
    ? { kind: "answer", value: answer.text, by }
    : { kind: "unusable", why: answer.why, by };
}
