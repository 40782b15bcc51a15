import { evaluate, type Scope } from "../../project/expression.ts";
import type { Save } from "../scenario.ts";
import { show } from "../matcher/json.ts";
import { parsePattern } from "../../schema/pattern.ts";

/** The source of a value to save. */
export interface SavedValue {
  /** `reply`, or an expression such as `tools.get_weather.result`. */
  from: string;
  /** A pattern whose first capture group is saved. */
  regex?: string | undefined;
  type?: "string" | "number" | "boolean" | undefined;
}

/** A value to save, or why there is none. */
export type Extracted = { kind: "value"; value: unknown } | { kind: "miss"; sentence: string };

/** Extracts a value from what a turn said or did. `scope` is the scope after the turn. */
export function extract({ from, regex, type }: SavedValue, scope: Scope): Extracted {
  const source = readSource(from, scope);
  if (source.kind === "miss") return source;
  const caught = regex === undefined ? source : catchGroup(source.value, regex, from);
  return caught.kind === "miss" || type === undefined ? caught : convert(caught.value, type, from);
}

/** The values that a turn saves; missing ones are omitted. */
export function savedBy(saves: readonly Save[], scope: Scope): Record<string, unknown> {
  const found = saves.map((save) => [save.name, extract(save, scope)] as const);
  return Object.fromEntries(found.flatMap(([name, each]) => (each.kind === "value" ? [[name, each.value]] : [])));
}

function readSource(from: string, scope: Scope): Extracted {
  try {
    return { kind: "value", value: evaluate(from === "reply" ? "reply.text" : from, scope) };
  } catch (error) {
    return miss(`there is no ${from}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function catchGroup(value: unknown, regex: string, from: string): Extracted {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const found = parsePattern(regex).exec(text);
  if (found === null) return miss(`${from} has no match for /${regex}/: ${show(text)}`);
  return { kind: "value", value: found[1] ?? found[0] };
}

function convert(value: unknown, type: NonNullable<SavedValue["type"]>, from: string): Extracted {
  const text = typeof value === "string" ? value.trim() : JSON.stringify(value);
  if (type === "string") return { kind: "value", value: text };
  const converted = type === "number" ? readNumber(text) : readBoolean(text);
  return converted === undefined
    ? miss(`${from} is not a ${type}: ${show(value)}`)
    : { kind: "value", value: converted };
}

/** Reads `42.50` and `42,50`; if both separators occur (`1,234.50`, `1.234,50`), the last one is the decimal separator. */
function readNumber(text: string): number | undefined {
  const mark = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  const [whole, fraction] = mark < 0 ? [text, ""] : [text.slice(0, mark), text.slice(mark + 1)];
  const plain = `${whole.replaceAll(/[.,\s]/g, "")}.${fraction}`;
  return /^[+-]?\d+\.\d*$/.test(plain) ? Number(plain) : undefined;
}

function readBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
}

function miss(sentence: string): Extracted {
  return { kind: "miss", sentence };
}
