import type { JsonObject } from "../../../kit/json.ts";
import type { Call } from "../../http/call.ts";
import { readPages } from "../../http/pages.ts";
import { knowledgeError } from "../no-api.ts";

/** The files for assistants, in the API's largest pages. */
export const filesQuery = { purpose: "assistants", limit: 10_000 };

/** The File objects that were uploaded for assistants, the oldest first. */
export function readFiles({
  call,
  baseUrl,
}: {
  call: Call;
  baseUrl: string;
}): AsyncGenerator<JsonObject & { id: string }> {
  const what = "list the files";
  const readPage = async (after: string | undefined): Promise<unknown> => {
    const query = { ...filesQuery, order: "asc" as const, ...(after === undefined ? {} : { after }) };
    try {
      return await call(what, (client) => client.get("/files", { query }), { isRepeatable: true });
    } catch (error) {
      throw knowledgeError(error, "files", baseUrl);
    }
  };
  return readPages({ what, baseUrl, readPage });
}
