import type { LacksOf } from "../lacks.ts";

/** What the Responses API does not support. */
export const responsesLacks: LacksOf = ({ spec, ignore }) => [
  ...(spec.description === null
    ? []
    : [
        {
          field: "description",
          message: "a request has no description: it is only in the bundle, and the model does not see it",
          hint: "This does no harm. What the model needs to know belongs in the instructions.",
        },
      ]),
  ...(spec.response_format === "json_object"
    ? [
        {
          field: "response_format",
          message:
            "not every model of this API supports json_object, and all of them require the word JSON in their input",
          hint: "response_format: { json_schema: ... } describes the object, and more models support it.",
        },
      ]
    : []),
  ...(spec.tools.some((tool) => tool.kind === "file_search" && tool.vectorStores.length === 0)
    ? [
        {
          field: "tools",
          message: "file_search without a vector store is left out, unless a turn attaches a file for it",
          hint: "Name a store: file_search: { vector_store: NAME }.",
        },
      ]
    : []),
  ...(ignore.length > 0
    ? [
        {
          field: "ignore",
          message: "only Playbill edits a bundle, so there are no edits by others to ignore",
          hint: "An application can send its own value with each request.",
        },
      ]
    : []),
];
