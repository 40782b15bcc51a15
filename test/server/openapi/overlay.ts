/** A JSON Schema of the document, as far as the overlay touches it. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  enum?: unknown[];
  [keyword: string]: unknown;
}

/** Makes the document say what recorded traffic says where the two differ. */
export function applyOverlay(schemas: Record<string, Schema>): void {
  // The ids of an empty page are null.
  for (const [name, schema] of Object.entries(schemas))
    if (name.startsWith("List") && schema.properties?.["first_id"]) {
      allowNull(schema, "first_id");
      allowNull(schema, "last_id");
    }
  for (const name of ["ResponseItemList", "ConversationItemList"]) {
    allowNull(of(schemas, name), "first_id");
    allowNull(of(schemas, name), "last_id");
  }
  // A response names no user where none was named, and has no usage before it is over.
  allowNull(of(schemas, "ModelResponseProperties"), "user");
  for (const part of (schemas["Response"]?.["allOf"] ?? []) as Schema[])
    if (part.properties?.["usage"]) allowNull(part, "usage");
  // What is wrong is nested in the event, as in a refusal.
  schemas["ResponseErrorEvent"] = {
    type: "object",
    properties: {
      type: { type: "string", enum: ["error"] },
      error: schemas["Error"] ?? {},
      sequence_number: { type: "integer" },
    },
    required: ["type", "error", "sequence_number"],
  };
  // An assistant without instructions runs without instructions.
  allowNull(of(schemas, "RunObject"), "instructions");
  // A vector store made by tool_resources has neither name nor expiry.
  allowNull(of(schemas, "VectorStoreObject"), "name");
  allowNull(of(schemas, "VectorStoreObject"), "expires_after");
  // Files that were never processed have no details.
  allowNull(of(schemas, "OpenAIFile"), "status_details");
  allowNull(of(schemas, "OpenAIFile"), "expires_at");
  // What may be uploaded for evals is answered so.
  of(schemas, "OpenAIFile").properties!["purpose"]!.enum!.push("evals");
  // A batch names itself otherwise than the document.
  of(schemas, "VectorStoreFileBatchObject").properties!["object"] = {
    type: "string",
    enum: ["vector_store.file_batch"],
  };
}

function of(schemas: Record<string, Schema>, name: string): Schema {
  const schema = schemas[name];
  if (!schema?.properties) throw new Error(`the document has no ${name}`);
  return schema;
}

function allowNull(schema: Schema, property: string): void {
  const properties = schema.properties ?? {};
  const before = properties[property];
  if (!before) throw new Error(`no property ${property}`);
  properties[property] = { anyOf: [before, { type: "null" }] };
}
