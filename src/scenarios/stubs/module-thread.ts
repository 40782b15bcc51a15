import { readFileSync } from "node:fs";
import { type LoadHookSync, registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { isObject } from "../../kit/json.ts";
import { answerCalls } from "../../kit/worker.ts";
import type { ModuleAnswer, ModuleCall } from "./module-call.ts";

/** A line that can occur only in an ECMAScript module. */
const moduleSyntax = /^[ \t]*(?:export[ \t{*]|import[ \t{*"'])/m;

/** The longest result, in characters of JSON. */
const longestResult = 8 * 1024 * 1024;

/**
 * Loads `.ts`, `.js`, `.cts` and `.cjs` files by their content, whatever the `type` of the nearest package.json: `npm init` writes
 * `"type": "commonjs"`, with which Node rejects `export`. TypeScript accepts it even in `.cts`.
 */
const loadByContent: LoadHookSync = (url, context, next) => {
  const ending = /\.c?([jt])s$/.exec(url)?.[1];
  if (ending === undefined || !url.startsWith("file:") || url.includes("/node_modules/")) return next(url, context);
  if (!moduleSyntax.test(readFileSync(fileURLToPath(url), "utf8"))) return next(url, context);
  return next(url, { ...context, format: ending === "t" ? "module-typescript" : "module" });
};

registerHooks({ load: loadByContent });

type Implementation = (args: unknown, context: unknown) => unknown;

async function load(url: string): Promise<Implementation | ModuleAnswer> {
  try {
    const { default: found } = (await import(url)) as { default?: unknown };
    // A CommonJS module compiled by TypeScript has its default export one level deeper.
    const inner = (found as { default?: unknown } | undefined)?.default;
    const implementation = typeof found === "function" ? found : inner;
    if (typeof implementation === "function") return implementation as Implementation;
    return { kind: "no_default_function" };
  } catch (error) {
    return { kind: "not_loaded", ...described(error) };
  }
}

async function run({ url, args, context }: ModuleCall, signal: AbortSignal): Promise<ModuleAnswer> {
  const implementation = await load(url);
  if (typeof implementation !== "function") return implementation;
  try {
    const given = { ...context, signal, env: process.env };
    const result = await implementation(args, given);
    return { kind: "result", json: jsonOf("result", result), world: worldAfter(given.world) };
  } catch (error) {
    return { kind: "threw", ...described(error) };
  }
}

/** The world after a call. A module may change it in place or replace it: `context.world = ...`. */
function worldAfter(world: unknown): string | null {
  if (world === undefined) return null;
  if (isObject(world)) return jsonOf("world", world);
  throw new TypeError("context.world is no longer an object");
}

function jsonOf(what: string, value: unknown): string {
  const json = JSON.stringify(value) ?? "null";
  if (json.length <= longestResult) return json;
  throw new RangeError(`the ${what} has ${json.length} characters of JSON; the limit is ${longestResult}`);
}

/** Options for showing a thrown value, which may be anything, on one line. */
const brief = { depth: 3, maxStringLength: 500, maxArrayLength: 20, breakLength: Infinity } as const;

function described(error: unknown): { message: string; details: string } {
  const message = error instanceof Error ? error.message : typeof error === "string" ? error : inspect(error, brief);
  const named = error instanceof Error && error.name !== "Error" ? `${error.name}: ${message}` : message;
  return { message: named, details: inspect(error, { depth: 3, maxStringLength: 2_000, maxArrayLength: 20 }) };
}

answerCalls((request, signal) => run(request as ModuleCall, signal));
