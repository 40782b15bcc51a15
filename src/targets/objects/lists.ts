import type { JsonObject } from "../../kit/json.ts";
import { ProblemError, problem } from "../../problem.ts";
import type { Call } from "../http/call.ts";
import { readPages } from "../http/pages.ts";

/** The query of a list, besides the cursor. */
export interface ListQuery {
  limit: number;
  order?: "asc" | "desc";
  purpose?: string;
}

interface List {
  /** As in "list the files". */
  what: string;
  path: string;
  query: ListQuery;
  /** The error to throw for a page that could not be read. */
  explained?(this: void, error: unknown): unknown;
}

/** The headers of every request about beta objects; some servers still require them. */
export const betaHeaders = { headers: { "OpenAI-Beta": "assistants=v2" } };

/** A page size that every server accepts. */
const smallPage = 100;

/** The objects of a list, the oldest first unless the query says otherwise. Smaller pages are requested from a server that refuses large ones. */
export function readList(
  { call, baseUrl }: { call: Call; baseUrl: string },
  { what, path, query, explained = (error) => error }: List,
): AsyncGenerator<JsonObject & { id: string }> {
  let { limit } = query;
  const read = (after: string | undefined): Promise<unknown> => {
    const page = { order: "asc" as const, ...query, limit, ...(after === undefined ? {} : { after }) };
    return call(what, (client) => client.get(path, { query: page, ...betaHeaders }), { isRepeatable: true });
  };
  const readPage = async (after: string | undefined): Promise<unknown> => {
    try {
      return await read(after);
    } catch (error) {
      if (limit <= smallPage || !isAboutLimit(error)) throw explained(error);
      limit = smallPage;
      return read(after);
    }
  };
  return readPages({ what, baseUrl, readPage });
}

function isAboutLimit(error: unknown): boolean {
  const [first] = error instanceof ProblemError ? error.problems : [];
  const status = first?.api?.status ?? 0;
  return (
    (status === 400 || status === 422) && (first?.api?.param === "limit" || /\blimit\b/.test(first?.message ?? ""))
  );
}

/** The statuses with which servers answer unknown endpoints. */
const notThere = new Set([404, 405, 501]);

/**
 * The error to throw when a list of knowledge cannot be read or extended: the given one, unless it means that the server has no such lists. `what` is
 * the name of their objects, as in "vector stores".
 */
export function knowledgeError(error: unknown, what: string, baseUrl: string): unknown {
  const api = error instanceof ProblemError ? error.problems[0]?.api : undefined;
  if (api === undefined || !notThere.has(api.status ?? 0)) return error;
  const hint = `Assistants without knowledge still work at this target. For the others, set base_url to a server that has ${what}, or use \`server: embedded\`.`;
  return new ProblemError([problem("no_knowledge_api", `there are no ${what} at ${baseUrl}`, { hint, api })]);
}
