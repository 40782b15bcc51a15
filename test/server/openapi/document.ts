import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { applyOverlay, type Schema } from "./overlay.ts";

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: object }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const document = JSON.parse(readFileSync(new URL("openai-subset.json", import.meta.url), "utf8"), withNull) as Document;
applyOverlay(document.components.schemas);

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: { unixtime: true, binary: true, uri: true, date: true, float: true },
});
ajv.addSchema(document, "openapi");

/** `nullable: true`, a word of an older OpenAPI, in words of JSON Schema. */
function withNull(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { nullable, allOf, ...rest } = value as Schema & { allOf?: Schema[] };
  const nulls = allOf?.filter((each) => Object.keys(each).length === 1 && each["type"] === "null") ?? [];
  const parts =
    nulls.length > 0 ? { ...rest, anyOf: [...(allOf ?? []).filter((each) => !nulls.includes(each)), ...nulls] } : value;
  if (nullable !== true) return parts;
  return Object.keys(rest).length === 0 && !allOf
    ? { type: "null" }
    : { anyOf: [{ ...rest, ...(allOf && { allOf }) }, { type: "null" }] };
}

/** One operation of the API, as the document describes it. */
export interface Described {
  id: string;
  method: string;
  path: string;
  /** The names of what may stand in the query. */
  query: string[];
  /** By media type. */
  bodies: Record<string, Schema>;
}

/** Every operation that the document describes. */
export const operations: readonly Described[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => ({
    id: operationId,
    method: method.toUpperCase(),
    path,
    query: parameters.filter((each) => each.in === "query").map(({ name }) => name),
    bodies: Object.fromEntries(Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema])),
  })),
);

/** The name of every event that a stream can carry. */
export const eventNames: readonly string[] = [
  ...namesIn(document.components.schemas["AssistantStreamEvent"] ?? {}),
  ...namesIn(document.components.schemas["ResponseStreamEvent"] ?? {}),
];

function namesIn(schema: Schema): string[] {
  if (typeof schema["$ref"] === "string") return namesIn(schemaAt(schema["$ref"]));
  const named = schema.properties?.["event"] ?? schema.properties?.["type"];
  const names = (named?.enum ?? []) as string[];
  return [...names, ...((schema["oneOf"] ?? schema["anyOf"] ?? []) as Schema[]).flatMap(namesIn)];
}

/** What a `$ref` of the document points at. */
export function schemaAt(reference: string): Schema {
  return document.components.schemas[reference.split("/").at(-1) ?? ""] ?? {};
}

const templates = Object.entries(document.paths).map(([path, methods]) => ({
  path,
  methods,
  pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
}));

/** The operation that a request is, by its method and its path below the base; `null` when the document has none. */
export function operationOf(method: string, path: string): { id: string; path: string } | null {
  const fitting = templates.filter(({ pattern, methods }) => pattern.test(path) && method.toLowerCase() in methods);
  const [best] = fitting.toSorted((one, other) => variables(one.path) - variables(other.path));
  return best ? { id: best.methods[method.toLowerCase()]?.operationId ?? "", path: best.path } : null;
}

function variables(path: string): number {
  return path.split("{").length;
}

const checks = new Map<string, ValidateFunction>();

/** What is wrong with a JSON answer of status 200, one line each. */
export function wrongInAnswer(method: string, path: string, body: unknown): string[] {
  // Of some answers the document says nothing.
  if (document.paths[path]?.[method.toLowerCase()]?.responses["200"]?.content === undefined) return [];
  const escaped = path.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D");
  return wrong(
    `openapi#/paths/${escaped}/${method.toLowerCase()}/responses/200/content/application~1json/schema`,
    body,
  );
}

/** What is wrong with one event of a stream. */
export function wrongInEvent(event: string, data: unknown): string[] {
  if (isOfResponse(event, data)) return wrong(`openapi#/components/schemas/${schemaOfResponseEvent(event)}`, data);
  return wrong(`openapi#/components/schemas/${schemaOfEvent(event)}`, { event, data });
}

/** What is wrong with the body of a refusal. */
export function wrongInRefusal(body: unknown): string[] {
  return wrong("openapi#/components/schemas/ErrorResponse", body);
}

/** Events of responses name themselves. */
function isOfResponse(event: string, data: unknown): boolean {
  return (
    event.startsWith("response.") || (event === "error" && typeof data === "object" && data !== null && "type" in data)
  );
}

/** The one event whose type is this; to hold it against all of them says less when something is wrong. */
function schemaOfResponseEvent(event: string): string {
  const all = (document.components.schemas["ResponseStreamEvent"]?.["anyOf"] ?? []) as { $ref: string }[];
  const found = all.find(({ $ref: reference }) => namesIn(schemaAt(reference)).includes(event));
  return found?.$ref.split("/").at(-1) ?? "ResponseStreamEvent";
}

function schemaOfEvent(event: string): string {
  if (event === "thread.created") return "ThreadStreamEvent";
  if (event.startsWith("thread.run.step.")) return "RunStepStreamEvent";
  if (event.startsWith("thread.run.")) return "RunStreamEvent";
  if (event.startsWith("thread.message.")) return "MessageStreamEvent";
  return event === "done" ? "DoneEvent" : "ErrorEvent";
}

function wrong(reference: string, value: unknown): string[] {
  const check = checks.get(reference) ?? ajv.compile({ $ref: reference });
  checks.set(reference, check);
  if (check(value)) return [];
  return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
}
