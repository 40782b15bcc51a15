import type { LacksOf } from "../lacks.ts";

/** What the Responses API has no place for. */
export const responsesLacks: LacksOf = ({ spec, ignore }) => [
  ...(spec.description === null
    ? []
    : [
        {
          field: "description",
          message: "no request has a description: it is in the bundle only, and no model sees it",
          hint: "Nothing is wrong with it. What the model is to know belongs into the instructions.",
        },
      ]),
  ...(spec.response_format === "json_object"
    ? [
        {
          field: "response_format",
          message: "not every model of this API takes json_object, and none without the word JSON in what it is told",
          hint: "response_format: { json_schema: ... } says what the object looks like, and more models take it.",
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
          message: "nobody but Playbill edits a bundle, so there is nothing to leave to others",
          hint: "An application can give its own value with each request.",
        },
      ]
    : []),
];
