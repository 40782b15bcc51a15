import { brokenAnswer, refusalFailure } from "./failure.ts";
import { receiveJson, send } from "./send.ts";
import type { Upstream } from "./upstream.ts";
import { asList, asObject } from "../../../kit/json.ts";

/** The statuses of endpoints that do not support embeddings or do not have the model. */
const notOffered = new Set([400, 404, 405, 501]);

/** A vector for each text, by `POST /embeddings`; `null` when the endpoint does not offer it. Throws a ModelFailure for any other refusal. */
export async function embedTexts(
  upstream: Upstream,
  { model, texts, signal }: { model: string; texts: readonly string[]; signal: AbortSignal },
): Promise<number[][] | null> {
  const sent = await send(upstream, {
    path: "/embeddings",
    body: { model, input: texts, encoding_format: "float" },
    signal,
  });
  if (sent.kind === "refused" && notOffered.has(sent.refusal.status)) return null;
  if (sent.kind === "refused") throw refusalFailure(upstream, sent.refusal, model);
  const vectors = parseVectors(await receiveJson(upstream, sent.response, signal));
  if (vectors.length === texts.length && vectors.every((vector) => vector.length > 0)) return vectors;
  throw brokenAnswer(
    upstream,
    `answered /embeddings with ${vectors.length} vectors for ${texts.length} texts, or with empty ones`,
  );
}

function parseVectors(body: unknown): number[][] {
  const items = asList(asObject(body).data).map(asObject);
  const inOrder = items.toSorted((one, other) => Number(one.index ?? 0) - Number(other.index ?? 0));
  return inOrder.map(({ embedding }) => asList(embedding).filter((value) => typeof value === "number"));
}
