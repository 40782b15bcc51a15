import type { Context } from "hono";
import { ApiFailure, refuse } from "../errors.ts";
import { parseJson } from "../../../kit/json.ts";
import type { Limits } from "../../services.ts";
import { type Parse, parser } from "../validation/validate.ts";
import { Type } from "../../../schema/builder.ts";
import { oneOf } from "../../wire/common.ts";

/** Reads and checks a JSON body; a missing body counts as `{}`. Throws an ApiFailure for an invalid one. */
export async function readBody<T>(
  context: Context,
  parse: Parse<T>,
  { jsonBytes }: Pick<Limits, "jsonBytes">,
): Promise<T> {
  const text = await readText(context.req.raw, jsonBytes);
  if (text.trim() === "") return parse({});
  const type = context.req.header("content-type");
  if (type !== undefined && !/^(text\/plain|application\/(.+\+)?json)\b/i.test(type))
    refuse(`Unsupported Content-Type: '${type}'. Send the body as 'application/json'.`, {
      code: "unsupported_content_type",
    });
  return parse(readJson(text));
}

/** Reads a body. Throws a 413 as soon as it is known to be too large, before it is in memory. */
async function readText(request: Request, limit: number): Promise<string> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limit) tooLarge(limit);
  if (declared !== null || !request.body) return request.text().catch(brokenOff);
  const decoder = new TextDecoder();
  const body = request.body.getReader();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await body.read().catch(brokenOff);
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      await body.cancel().catch(() => {});
      tooLarge(limit);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Throws a 499, as in nginx: the client closed its connection before the end of its body. The answer is only for the log. */
export function brokenOff(): never {
  throw new ApiFailure(499, "The client closed the connection before its request was complete.");
}

/** Throws a 413: nothing of the request was stored. */
export function tooLarge(limit: number): never {
  throw new ApiFailure(413, `Maximum content size limit (${limit}) exceeded.`);
}

const unreadable =
  "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)";
/** Deeper than any real request; unlimited nesting would exhaust the stack of recursive code. */
const deepest = 256;

function readJson(text: string): unknown {
  if (nestsDeeper(text, deepest)) refuse(`The JSON body of your request is nested more than ${deepest} levels deep.`);
  const value = parseJson(text);
  return value === undefined ? refuse(unreadable) : value;
}

/** Counts the brackets outside of strings, before the text is parsed. */
function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\" && inString) at += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}

/** The prefixes of ids, which the API names when an id is invalid. */
const idPrefixes = {
  assistant_id: "asst",
  thread_id: "thread",
  message_id: "msg",
  run_id: "run",
  step_id: "step",
  file_id: "file",
  vector_store_id: "vs",
  batch_id: "vsfb",
  response_id: "resp",
  conversation_id: "conv",
  container_id: "cntr",
} as const;
/** A parameter that holds an id. */
export type IdName = keyof typeof idPrefixes;

/** Refuses an id that cannot be one of its kind; returns it otherwise. `param` is its place, if that is not its name. */
export function checkId(name: IdName, id: string, param: string = name): string {
  const prefix = idPrefixes[name];
  if (!id.startsWith(prefix))
    refuse(`Invalid '${param}': '${id}'. Expected an ID that begins with '${prefix}'.`, {
      param,
      code: "invalid_value",
    });
  return id;
}

/** An id from the path, with its format checked. */
export function pathId(context: Context, name: IdName): string {
  return checkId(name, context.req.param(name) ?? "");
}

/** The query of a request. */
export function queryOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}

const parseInclude = parser(
  Type.Object({ include: Type.Array(oneOf("step_details.tool_calls[*].file_search.results[*].content")) }),
);

/** True when a request asks for the text of search results (`include[]`). Throws an ApiFailure for an unknown value. */
export function wantsContent(query: URLSearchParams): boolean {
  return parseInclude({ include: [...query.getAll("include[]"), ...query.getAll("include")] }).include.length > 0;
}
