import { type JsonObject, asObject, asText, objectsOf, someTextOrNull } from "../../kit/json.ts";
import { isNotFound } from "../failure.ts";
import type { Call } from "../http/call.ts";
import { itemsHistory } from "../histories/items.ts";
import type { ThreadHistory } from "../history.ts";
import { readPages } from "../http/pages.ts";

interface Deps {
  call: Call;
  baseUrl: string;
}

/** The maximum number of responses that a chain is followed back. */
const longestChain = 1_000;

/** Reads a complete conversation by its id, or by the id of the last response of a chain. `null` when the server has none with that id. */
export async function readHistory(deps: Deps, id: string): Promise<ThreadHistory | null> {
  if (id.startsWith("resp")) return readChain(deps, id);
  const path = `/conversations/${encodeURIComponent(id)}`;
  const conversation = await getOrNull(deps, "read the conversation", path);
  if (conversation === null) return null;
  return { assistant: null, tools: [], events: itemsHistory(await listItems(deps, `${path}/items`)) };
}

/** Reads a chain. Responses that no longer exist are left out, with an event that states this. */
async function readChain(deps: Deps, id: string): Promise<ThreadHistory | null> {
  const responses: JsonObject[] = [];
  let at: string | null = id;
  while (at !== null && responses.length < longestChain) {
    const response: JsonObject | null = await getOrNull(deps, "read the response", pathOf(at));
    if (response === null) break;
    responses.unshift(response);
    at = someTextOrNull(response.previous_response_id);
  }
  const last = responses.at(-1);
  if (last === undefined) return null;
  const seen = new Set<string>();
  const items: JsonObject[] = [];
  for (const response of responses) {
    const said = await listItems(deps, `${pathOf(asText(response.id))}/input_items`);
    // Some servers also list the inputs of earlier responses.
    const all = [...said, ...objectsOf(response.output)].filter(({ id: item }) => !seen.has(asText(item)));
    for (const { id: item } of all) if (asText(item) !== "") seen.add(asText(item));
    items.push(...all);
  }
  const instructions = someTextOrNull(last.instructions);
  return {
    assistant: null,
    tools: objectsOf(last.tools),
    events: [
      ...(instructions === null ? [] : [{ kind: "instructions", text: instructions } as const]),
      ...(at === null ? [] : [{ kind: "left_out", what: "responses that no longer exist" } as const]),
      ...itemsHistory(items),
    ],
  };
}

function pathOf(response: string): string {
  return `/responses/${encodeURIComponent(response)}`;
}

async function getOrNull({ call }: Deps, what: string, path: string): Promise<JsonObject | null> {
  try {
    return asObject(await call(what, (client) => client.get(path), { isRepeatable: true }));
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function listItems({ call, baseUrl }: Deps, path: string): Promise<JsonObject[]> {
  const what = "read the items of the conversation";
  const readPage = (after: string | undefined): Promise<unknown> => {
    const query = { limit: 100, order: "asc", ...(after !== undefined && { after }) };
    return call(what, (client) => client.get(path, { query }), { isRepeatable: true });
  };
  return Array.fromAsync(readPages({ what, baseUrl, readPage }));
}
