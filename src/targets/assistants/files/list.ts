import type { JsonObject } from "../../../kit/json.ts";
import type { Call } from "../../http/call.ts";
import { readList } from "../lists.ts";
import { knowledgeError } from "../no-api.ts";

/** The files for assistants, in the API's largest pages. */
export const filesQuery = { purpose: "assistants", limit: 10_000 };

/** The File objects that were uploaded for assistants, the oldest first. */
export function readFiles(deps: { call: Call; baseUrl: string }): AsyncGenerator<JsonObject & { id: string }> {
  const explained = (error: unknown) => knowledgeError(error, "files", deps.baseUrl);
  return readList(deps, { what: "list the files", path: "/files", query: filesQuery, explained });
}
