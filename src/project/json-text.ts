import { jsonFaultOf } from "../kit/json-fault.ts";
import { problem } from "../problem.ts";
import { locatorOf } from "./source.ts";
import { maxDepth } from "./yaml-document.ts";
import { type ParsedYaml, placesIn } from "./yaml.ts";

/** Reads a JSON file, with the places of its parts. `value` is `undefined` when it is not JSON, or nested too deep. */
export function parseJsonText(file: string, text: string): ParsedYaml {
  const place = placesIn(file, text);
  const refused = (code: "bad_json" | "too_deep", message: string, at: number): ParsedYaml => ({
    value: undefined,
    problems: [problem(code, message, { place: locatorOf(file, text)(at, at + 1) })],
    place,
  });
  const deep = firstDeeperThan(text, maxDepth);
  if (deep !== null) return refused("too_deep", `nested more than ${maxDepth} levels deep`, deep);
  try {
    return { value: JSON.parse(text), problems: [], place };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { why, at } = jsonFaultOf(text, error);
    return refused("bad_json", `not JSON: ${why}`, at);
  }
}

/** The offset of the first bracket that exceeds the depth limit; `null` when there is none. */
function firstDeeperThan(text: string, limit: number): number | null {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > limit) return index;
  }
  return null;
}
