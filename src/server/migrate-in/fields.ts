import { type JsonObject, asObject, isObject } from "../../kit/json.ts";

/** The fields of an exported object: an absent value has a default, a value of the wrong type is a fault. */
export interface Fields {
  text(key: string, fallback?: string): string;
  textOrNull(key: string): string | null;
  numberOrNull(key: string): number | null;
  /** Seconds since 1970, also from a date; 0 when absent. */
  time(key: string): number;
  timeOrNull(key: string): number | null;
  any(key: string): unknown;
  list(key: string): unknown[];
  object(key: string): JsonObject;
  /** Pairs of texts; values of other types become texts. */
  metadata(key: string): Record<string, string>;
  /** Records a fault of a value that was read. */
  wrong(key: string, what: string): void;
  /** The faults, in words that follow the kind of the object. */
  readonly faults: readonly string[];
  /** Keys with a value that were not read. */
  unknown(): string[];
}

/** Reads an exported object. Keys in `ignored` are not reported as unknown. */
export function fieldsOf(value: JsonObject, ignored: readonly string[]): Fields {
  const faults: string[] = [];
  const asked = new Set(ignored);
  function get<T>(key: string, what: string, is: (given: unknown) => given is T): T | undefined {
    asked.add(key);
    const given = value[key];
    if (given === undefined || given === null) return undefined;
    if (is(given)) return given;
    faults.push(`its "${key}" is not ${what}`);
    return undefined;
  }
  const timeOrNull = (key: string): number | null => {
    const given = get(key, "a time", (each): each is string | number => typeof each === "number" || isTime(each));
    if (given === undefined) return null;
    return Math.floor(typeof given === "number" ? given : Date.parse(given) / 1000);
  };
  return {
    faults,
    wrong: (key, what) => void faults.push(`its "${key}" is not ${what}`),
    text: (key, fallback) => {
      const given = get(key, "a string", isText);
      if (given === undefined && fallback === undefined && faults.length === 0) faults.push(`it has no "${key}"`);
      return given ?? fallback ?? "";
    },
    textOrNull: (key) => get(key, "a string", isText) ?? null,
    numberOrNull: (key) => get(key, "a number", isNumber) ?? null,
    time: (key) => timeOrNull(key) ?? 0,
    timeOrNull,
    any: (key) => get(key, "", (given): given is unknown => given !== undefined),
    list: (key) => get(key, "a list", isList) ?? [],
    object: (key) => get(key, "an object", isObject) ?? {},
    metadata: (key) =>
      Object.fromEntries(
        Object.entries(asObject(get(key, "an object", isObject)))
          .filter(([, each]) => each !== null)
          .map(([name, each]) => [name, typeof each === "string" ? each : JSON.stringify(each)]),
      ),
    unknown: () => Object.keys(value).filter((key) => !asked.has(key) && saysSomething(value[key])),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isTime = (value: unknown): value is string => typeof value === "string" && !Number.isNaN(Date.parse(value));

function saysSomething(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
