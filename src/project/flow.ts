import { isObject } from "../kit/json.ts";

/** A small value as one line of YAML. */
export function inFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inFlow).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${inFlow(each)}`)
    .join(", ")} }`;
}
