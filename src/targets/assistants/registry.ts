import type { ProblemError } from "../../problem.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { Live, ResourceKind } from "../../resources/resource.ts";
import { asObject } from "../../kit/json.ts";
import type { Registry } from "../target.ts";
import { assistantFormat } from "./assistant-wire.ts";
import type { Call } from "../http/call.ts";
import { isNotFound, malformedAnswer } from "../failure.ts";
import { readPages } from "../http/pages.ts";
import { noAssistantsApi } from "./no-api.ts";
import { type WireFormat, bodyOf, readLive } from "./wire-format.ts";

const pageSize = 100;
const headers = { "OpenAI-Beta": "assistants=v2" };

/** How each kind of resource goes over the wire. */
const formats = new Map<string, WireFormat>([[assistantKind.name, assistantFormat]]);

function formatOf<S extends object>({ name }: ResourceKind<S>): WireFormat<S> {
  const format = formats.get(name);
  if (format === undefined) throw new Error(`an Assistants API has no ${name}`);
  return format as WireFormat<S>;
}

/** The registry side of an Assistants API. A create that may have arrived is not sent again. */
export function createRegistry(call: Call, baseUrl: string): Omit<Registry, "account" | "time"> {
  return {
    list: (kind) => listObjects(call, baseUrl, kind),
    get: (kind, id) => getObject(call, baseUrl, kind, id),
    async create(kind, spec, marker) {
      const format = formatOf(kind);
      const body = bodyOf(format, withoutNulls(spec), { metadata: metadataOf(spec), marker });
      const what = `create the ${kind.nouns.one} "${kind.nameOf(spec) ?? ""}"`;
      const created = await call(what, (client) => client.post(format.path, { body, headers }));
      return parse(kind, created, what, baseUrl);
    },
    async update(kind, live, changes, marker) {
      const format = formatOf(kind);
      const metadata = metadataOf(changes, metadataOf(live.spec));
      const body = bodyOf(format, changes, { metadata, marker, before: live.spec });
      const what = `change the ${kind.nouns.one} ${live.id}`;
      const changed = await call(what, (client) => client.post(pathOf(format, live.id), { body, headers }), {
        isRepeatable: true,
        purpose: "write",
      });
      return parse(kind, changed, what, baseUrl);
    },
    async delete(kind, id) {
      const path = pathOf(formatOf(kind), id);
      try {
        await call(`delete the ${kind.nouns.one} ${id}`, (client) => client.delete(path, { headers }), {
          isRepeatable: true,
          purpose: "write",
        });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    async *traces() {},
  };
}

async function* listObjects<S extends object>(
  call: Call,
  baseUrl: string,
  kind: ResourceKind<S>,
): AsyncGenerator<Live<S>> {
  const what = `list the ${kind.nouns.many}`;
  const { path } = formatOf(kind);
  const readPage = async (after: string | undefined): Promise<unknown> => {
    const query = { limit: pageSize, order: "asc" as const, ...(after === undefined ? {} : { after }) };
    try {
      return await call(what, (client) => client.get(path, { query, headers }), { isRepeatable: true });
    } catch (error) {
      throw isNotFound(error) ? noAssistantsApi(baseUrl, (error as ProblemError).problems[0]?.api) : error;
    }
  };
  for await (const item of readPages({ what, baseUrl, readPage })) yield parse(kind, item, what, baseUrl);
}

async function getObject<S extends object>(
  call: Call,
  baseUrl: string,
  kind: ResourceKind<S>,
  id: string,
): Promise<Live<S> | null> {
  const what = `read the ${kind.nouns.one} ${id}`;
  const path = pathOf(formatOf(kind), id);
  try {
    const answer = await call(what, (client) => client.get(path, { headers }), { isRepeatable: true });
    return parse(kind, answer, what, baseUrl);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function parse<S extends object>(kind: ResourceKind<S>, answer: unknown, what: string, baseUrl: string): Live<S> {
  const live = readLive(kind.name, formatOf(kind), answer);
  if (live === null) throw malformedAnswer(what, baseUrl, `something that is not an object of kind ${kind.name}`);
  return live;
}

function pathOf({ path }: Pick<WireFormat, "path">, id: string): string {
  return `${path}/${encodeURIComponent(id)}`;
}

function metadataOf(spec: object, otherwise: Record<string, string> = {}): Record<string, string> {
  return "metadata" in spec ? (asObject(spec.metadata) as Record<string, string>) : otherwise;
}

/** A create names only what is set: `null` for "the default" is not accepted for every field by every server. */
function withoutNulls<S extends object>(spec: S): Partial<S> {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null)) as Partial<S>;
}
