import type { Context } from "hono";
import { ApiFailure, refuse } from "../errors.ts";
import type { Limits } from "../../services.ts";
import type { Parse } from "../validation/validate.ts";

/** Reads and checks a JSON body; no body at all counts as `{}`. Throws the ApiFailure for a wrong one. */
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
  return parse(parseJson(text));
}

/** 413 as soon as a body is known to be larger than allowed, before it is held in memory. */
async function readText(request: Request, limit: number): Promise<string> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limit) tooLarge(limit);
  if (declared !== null || !request.body) return request.text();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) tooLarge(limit);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** 413: nothing of the request was stored. */
export function tooLarge(limit: number): never {
  throw new ApiFailure(413, `Maximum content size limit (${limit}) exceeded.`);
}

const unreadable =
  "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)";
/** Deeper than any real request; what is nested without end would exhaust the stack of whoever walks it. */
const deepest = 256;

function parseJson(text: string): unknown {
  const value = attemptJson(text);
  if (nestsDeeper(value, deepest)) refuse(`The JSON body of your request is nested more than ${deepest} levels deep.`);
  return value;
}

function attemptJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(unreadable);
  }
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1));
}

/** The prefixes of ids that the API names when an id has another form. */
const idPrefixes = {
  assistant_id: "asst",
  thread_id: "thread",
  message_id: "msg",
  run_id: "run",
  step_id: "step",
  file_id: "file",
  vector_store_id: "vs",
  batch_id: "vsfb",
} as const;
/** A parameter that holds an id. */
export type IdName = keyof typeof idPrefixes;

/** Refuses an id that cannot be one of its kind; gives it back otherwise. `param` is where it stands, when not under its own name. */
export function checkId(name: IdName, id: string, param: string = name): string {
  const prefix = idPrefixes[name];
  if (!id.startsWith(prefix))
    refuse(`Invalid '${param}': '${id}'. Expected an ID that begins with '${prefix}'.`, {
      param,
      code: "invalid_value",
    });
  return id;
}

/** An id from the path, checked for its form. */
export function pathId(context: Context, name: IdName): string {
  return checkId(name, context.req.param(name) ?? "");
}

/** The query of a request. */
export function queryOf(context: Context): URLSearchParams {
  return new URL(context.req.url).searchParams;
}
