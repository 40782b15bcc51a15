import { isObject } from "../kit/json.ts";
import type { Secrets } from "../kit/secrets.ts";
import type { Place } from "../problem.ts";

/** A JSON value with redacted secrets; marks in places of problems and verdicts stay at the same text. */
export function redacted<T>(value: T, secrets: Secrets): T {
  const hidden = secrets.redactJson(value);
  return hidden === value ? value : secrets.redactJson(withPlaces(value, secrets) as T);
}

function withPlaces(value: unknown, secrets: Secrets): unknown {
  if (Array.isArray(value)) return value.map((each) => withPlaces(each, secrets));
  if (!isObject(value)) return value;
  if (isPlace(value)) return redactedPlace(value, secrets);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withPlaces(each, secrets)]));
}

function isPlace(value: object): value is Place {
  return "file" in value && "line" in value && "column" in value && "length" in value && "text" in value;
}

function redactedPlace(place: Place, secrets: Secrets): Place {
  const [start, end] = [place.column - 1, place.column - 1 + place.length];
  const text = secrets.redact(place.text);
  if (text === place.text) return place;
  const before = secrets.redact(place.text.slice(0, start));
  const marked = secrets.redact(place.text.slice(start, end));
  const isWhole = text.startsWith(before + marked);
  const { column, length } = isWhole ? { column: before.length + 1, length: marked.length } : { column: 1, length: 1 };
  return { ...place, text, column, length };
}
