import type { Price } from "../../project/prices.ts";
import type { ChatModel, ChatRequest } from "../../targets/chat/chat-model.ts";
import type { ChatAnswer } from "../../targets/chat/chat-wire.ts";
import { costOf } from "../record/cost.ts";
import type { Opinion } from "./ask.ts";

/** A model that Playbill calls, and what is known about it. */
export interface AskedModel {
  chat: ChatModel;
  /** Its name at the endpoint. */
  model: string;
  /** Its description from `askedAs`. */
  asked: string;
  /** Everything that its answers depend on besides the question. */
  identity: unknown;
  /** US dollars; `null` when unknown. */
  costOf(this: void, answer: Pick<ChatAnswer, "usage" | "model">): number | null;
}

/** A description of a model that distinguishes it from another one of the same name in the project. It omits the address, which may be private. */
export function askedAs({ model, temperature }: { model: string; temperature: number | null }): string {
  return temperature === null ? model : `${model} at temperature ${temperature}`;
}

/** The cost of a model's answer, by the price of its name in the project, or else of the name reported by the endpoint. */
export function costOfAnswer(
  { usage, model }: Pick<ChatAnswer, "usage" | "model">,
  named: string,
  priceOf: (model: string) => Price | null,
): number | null {
  return costOf(usage, priceOf(named) ?? (model === null ? null : priceOf(model)));
}

/** The answer of a model, with its cost. Throws a ProblemError when the model cannot be reached. */
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
