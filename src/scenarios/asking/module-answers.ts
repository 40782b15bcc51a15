import type { Clock } from "../../kit/clock.ts";
import { isObject } from "../../kit/json.ts";
import { fail } from "../../problem.ts";
import { show } from "../matcher/json.ts";
import { HandlerFailure } from "../stubs/failure.ts";
import type { HandlerSource } from "../stubs/handlers.ts";
import type { ModuleFinding, ModuleQuestion } from "../subjects/module.ts";
import type { Answerer } from "./ask.ts";

/** Milliseconds that a module may take to judge. */
const judgingTime = 30_000;

const rules = "A judging module must return a list within 30 seconds, and must not throw or end the process.";

/**
 * Calls judging modules of the project, each in a separate thread. Rejects with a ProblemError when one cannot be loaded, throws, does
 * not end, or does not return a list of findings.
 */
export function createModuleAnswerer(handlers: HandlerSource, clock: Clock): Answerer {
  return async ({ question }, signal) => {
    const { file, module, evidence } = question as ModuleQuestion;
    const over = new AbortController();
    const stop = () => over.abort();
    const cancel = clock.after(judgingTime, stop);
    signal.addEventListener("abort", stop, { once: true });
    const opened = handlers.open({ scenario: file, attempt: 1 });
    try {
      const context = { signal: over.signal, call: { name: "check", id: module, number: 1 }, turn: {}, world: null };
      const { value } = await opened.runModule(file, module, evidence, context);
      return { kind: "answer", value: readFindings(value, module) };
    } catch (error) {
      if (!(error instanceof HandlerFailure)) throw error;
      const hint = error.trace.length === 0 ? rules : error.trace.join("\n");
      const where = error.place === null ? "" : ` at ${error.place.file}:${error.place.line}`;
      return fail("check_failed", `the judging module ${module} failed${where}: ${error.message}`, { hint });
    } finally {
      cancel();
      signal.removeEventListener("abort", stop);
      await opened.close();
    }
  };
}

/**
 * Reads the findings that a module returned: true or an empty list for none, texts, or `{ message, ... }`. `undefined` is rejected, because
 * an expectation with a forgotten `return` would never fail.
 */
function readFindings(value: unknown, module: string): ModuleFinding[] {
  if (value === true) return [];
  if (!Array.isArray(value)) return notFindings(value, module);
  return value.map((each: unknown): ModuleFinding => {
    if (typeof each === "string" && each !== "") return { message: each };
    if (!isObject(each) || typeof each["message"] !== "string") return notFindings(each, module);
    const { message, expected, actual, severity } = each;
    if (severity !== undefined && severity !== "gate" && severity !== "warn") return notFindings(each, module);
    return { message, expected, actual, ...(severity !== undefined && { severity }) };
  });
}

function notFindings(value: unknown, module: string): never {
  return fail(
    "check_failed",
    `the judging module ${module} returned ${value === null ? "nothing" : show(value)}, which is not a list of findings`,
    {
      hint: 'Return a list: [] when everything is right, otherwise texts or { message: "...", expected, actual, severity: "warn" }.',
    },
  );
}
