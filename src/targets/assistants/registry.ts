import type { OpenAI } from "openai";
import type { ProblemError } from "../../problem.ts";
import type { AssistantSpec, LiveAssistant } from "../../resources/assistant/spec.ts";
import type { Registry } from "../target.ts";
import { fromWire, toWire } from "./assistant-wire.ts";
import type { Call } from "../http/connection.ts";
import { isNotFound, malformedAnswer } from "../failure.ts";
import { noAssistantsApi } from "./no-api.ts";

const pageSize = 100;

/** The registry side of an Assistants API. A create is never repeated by itself: it might have arrived. */
export function createRegistry(call: Call, baseUrl: string): Registry {
  return {
    listAssistants: () => listAssistants(call, baseUrl),
    getAssistant: (id) => getAssistant(call, baseUrl, id),
    async createAssistant(spec, marker) {
      const body = toWire(withoutNulls(spec), spec.metadata, marker) as OpenAI.Beta.AssistantCreateParams;
      const what = `create the assistant "${spec.name ?? ""}"`;
      const created = await call(what, (client) => client.beta.assistants.create(body, { maxRetries: 0 }));
      return parse(created, what, baseUrl);
    },
    async updateAssistant(live, changes, marker) {
      const body = toWire(changes, changes.metadata ?? live.spec.metadata, marker) as OpenAI.Beta.AssistantUpdateParams;
      const what = `change the assistant ${live.id}`;
      return parse(await call(what, (client) => client.beta.assistants.update(live.id, body)), what, baseUrl);
    },
    async deleteAssistant(id) {
      try {
        await call(`delete the assistant ${id}`, (client) => client.beta.assistants.delete(id));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}

/** Reads page by page, so that an object created or deleted meanwhile is neither doubled nor lets the end be missed. */
async function* listAssistants(call: Call, baseUrl: string): AsyncGenerator<LiveAssistant> {
  const what = "list the assistants";
  const seen = new Set<string>();
  let after: string | undefined;
  for (;;) {
    const page = await readPage(call, baseUrl, after);
    if (!Array.isArray(page.data)) throw malformedAnswer(what, baseUrl, "something that is not a list");
    let last: string | undefined;
    for (const item of page.data) {
      const live = parse(item, what, baseUrl);
      last = live.id;
      if (!seen.has(live.id)) yield live;
      seen.add(live.id);
    }
    if (page.has_more !== true) return;
    if (last === undefined || last === after) throw malformedAnswer(what, baseUrl, "a list that never ends");
    after = last;
  }
}

async function readPage(
  call: Call,
  baseUrl: string,
  after: string | undefined,
): Promise<{ data?: unknown; has_more?: unknown }> {
  const query = { limit: pageSize, order: "asc" as const, ...(after === undefined ? {} : { after }) };
  try {
    const page: unknown = await call("list the assistants", (client) =>
      client.get("/assistants", { query, headers: betaHeader }),
    );
    return typeof page === "object" && page !== null ? page : {};
  } catch (error) {
    throw isNotFound(error) ? noAssistantsApi(baseUrl, (error as ProblemError).problems[0]?.api) : error;
  }
}

const betaHeader = { "OpenAI-Beta": "assistants=v2" };

async function getAssistant(call: Call, baseUrl: string, id: string): Promise<LiveAssistant | null> {
  const what = `read the assistant ${id}`;
  try {
    return parse(await call(what, (client) => client.beta.assistants.retrieve(id)), what, baseUrl);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function parse(answer: unknown, what: string, baseUrl: string): LiveAssistant {
  const live = fromWire(answer);
  if (live === null) throw malformedAnswer(what, baseUrl, "something that is not an assistant");
  return live;
}

/** A create names only what is set: `null` for "the default" is not accepted for every field by every server. */
function withoutNulls(spec: AssistantSpec): Partial<AssistantSpec> {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));
}
