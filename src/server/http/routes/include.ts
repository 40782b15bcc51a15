import { Type } from "../../../schema/builder.ts";
import { parser } from "../validation/validate.ts";
import { oneOf } from "../../wire/common.ts";

const parseInclude = parser(
  Type.Object({ include: Type.Array(oneOf("step_details.tool_calls[*].file_search.results[*].content")) }),
);

/** True when a request asks for what found passages say (`include[]`). Throws the ApiFailure for an unknown value. */
export function wantsContent(query: URLSearchParams): boolean {
  return parseInclude({ include: [...query.getAll("include[]"), ...query.getAll("include")] }).include.length > 0;
}
