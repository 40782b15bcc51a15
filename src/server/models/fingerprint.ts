import { createHash } from "node:crypto";
import type { ModelRequest } from "./model.ts";

/** Hashes of everything that a model's answer depends on besides the conversation. */
export interface Fingerprint {
  model: string;
  instructions: string;
  tools: string;
  parameters: string;
}

type Fingerprinted = Pick<
  ModelRequest,
  "model" | "instructions" | "tools" | "temperature" | "topP" | "reasoningEffort" | "responseFormat"
>;

/** The fingerprint of a request's assistant. A parameter that is not set counts as its default (1, `auto`); the order of keys does not matter. */
export function fingerprintOf(request: Fingerprinted): Fingerprint {
  return {
    model: request.model,
    instructions: hash(request.instructions ?? ""),
    tools: hash(request.tools),
    parameters: hash({
      temperature: request.temperature ?? 1,
      topP: request.topP ?? 1,
      reasoningEffort: request.reasoningEffort,
      responseFormat: request.responseFormat ?? "auto",
    }),
  };
}

/** The parts in which two fingerprints differ. */
export function changedParts(one: Fingerprint, other: Fingerprint): (keyof Fingerprint)[] {
  return (["model", "instructions", "tools", "parameters"] as const).filter((part) => one[part] !== other[part]);
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, sortKeys)).digest("hex").slice(0, 16);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
