import type { ProblemError } from "../../problem.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { isNotFound } from "../failure.ts";
import type { KindAccess } from "../objects/access.ts";
import { assistantFormat } from "./assistant-wire.ts";
import { noAssistantsApi } from "./no-api.ts";

/** Access to assistants, which are objects of this API. */
export function assistantAccess(baseUrl: string): KindAccess<AssistantSpec> {
  return {
    format: assistantFormat,
    query: { limit: 100 },
    explained: (error) =>
      // A vector store or file that is named but does not exist is a 404 too.
      isNotFound(error) && !/ found with id /.test((error as ProblemError).message)
        ? noAssistantsApi(baseUrl, (error as ProblemError).problems[0]?.api)
        : error,
  };
}
