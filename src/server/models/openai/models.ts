import type { ModelInfo } from "../model.ts";
import { brokenAnswer, refusalFailure } from "./failure.ts";
import { receiveJson, send } from "./send.ts";
import type { Upstream } from "./upstream.ts";
import { asList, asObject, someTextOrNull } from "../../../kit/json.ts";

/**
 * The endpoint's models, and their names in `models`. For an endpoint without `/models`, only those names.
 * Throws a ModelFailure when the endpoint refuses.
 */
export async function listModels(upstream: Upstream, models: Readonly<Record<string, string>>): Promise<ModelInfo[]> {
  const signal = new AbortController().signal;
  const sent = await send(upstream, { path: "/models", signal });
  if (sent.kind === "refused" && sent.refusal.status !== 404) throw refusalFailure(upstream, sent.refusal, null);
  const there = sent.kind === "answered" ? parseModels(await receiveJson(upstream, sent.response, signal)) : [];
  if (there === null) throw brokenAnswer(upstream, "answered /models with something that is not a list of models");
  const named = Object.entries(models).flatMap(([name, target]) => {
    if (name === "*") return [];
    const model = there.find(({ id }) => id === target);
    return [{ created: 0, owned_by: "upstream", ...model, id: name }];
  });
  const names = new Set(named.map(({ id }) => id));
  return [...named, ...there.filter(({ id }) => !names.has(id))];
}

function parseModels(body: unknown): ModelInfo[] | null {
  const { data } = asObject(body);
  if (!Array.isArray(data)) return null;
  return asList(data).flatMap((each) => {
    const { id, created, owned_by: owner, shutdown_date: end } = asObject(each);
    const name = someTextOrNull(id);
    if (name === null) return [];
    return [
      {
        id: name,
        created: typeof created === "number" ? Math.floor(created) : 0,
        owned_by: someTextOrNull(owner) ?? "upstream",
        ...(typeof end === "string" && /^\d{4}-\d\d-\d\d$/.test(end) && { shutdown_date: end }),
      },
    ];
  });
}
