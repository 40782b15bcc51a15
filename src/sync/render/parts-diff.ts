import { canonicalJson } from "../../kit/json.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import type { FieldView } from "../../resources/fields.ts";
import type { Line } from "./line.ts";
import { diffSchema } from "./schema-diff.ts";
import { valueChange } from "./line.ts";

type PartsView = Extract<FieldView, { kind: "parts" }>;

/** The changes among the parts of a list: added and removed parts by name, the others by their differences. */
export function diffParts(before: readonly object[], after: readonly object[], view: PartsView, full: boolean): Line[] {
  const [old, now] = [before, after].map((parts) => Map.groupBy(parts, view.nameOf)) as [Named, Named];
  const lines = [...new Set([...old.keys(), ...now.keys()])].map((name) =>
    diffNamed(name, old.get(name) ?? [], now.get(name) ?? [], view, full),
  );
  const found = lines.flat();
  return [...ofMark(found, "-"), ...ofMark(found, "+"), ...found.filter(({ mark }) => mark === "~")];
}

type Named = Map<string, object[]>;

/** Compares the parts with one name: usually one on each side. */
function diffNamed(name: string, old: object[], now: object[], view: PartsView, full: boolean): Line[] {
  const text = printableLine(name);
  const [removed, added] = [without(old, now), without(now, old)];
  const pairs = Math.min(removed.length, added.length);
  return [
    ...removed.slice(pairs).map((): Line => ({ mark: "-", indent: 0, text })),
    ...added.slice(pairs).map((): Line => ({ mark: "+", indent: 0, text })),
    ...removed.slice(0, pairs).flatMap((part, index) => changedLines(text, diffPart(part, added[index]!, view, full))),
  ];
}

function changedLines(name: string, changes: readonly string[]): Line[] {
  const head: Line = { mark: "~", indent: 0, text: name };
  return [head].concat(changes.map((text) => ({ mark: "~", indent: 1, text })));
}

/** Those of `parts` that have no equal among `others`; each equal counts once. */
function without(parts: readonly object[], others: readonly object[]): object[] {
  const left = others.map(canonicalJson);
  return parts.filter((part) => {
    const index = left.indexOf(canonicalJson(part));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function diffPart(before: object, after: object, { schemas }: PartsView, full: boolean): string[] {
  const [old, now] = [before, after] as [Record<string, unknown>, Record<string, unknown>];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys
    .filter((key) => canonicalJson(old[key]) !== canonicalJson(now[key]))
    .flatMap((key) =>
      schemas.includes(key)
        ? diffSchema(old[key], now[key], key, full).map(({ path, what }) => printableLine(`${path}: ${what}`))
        : [`${printableLine(key)}: ${valueChange(old[key], now[key], full)}`],
    );
}

function ofMark(lines: readonly Line[], mark: Line["mark"]): Line[] {
  return lines.filter((line) => line.mark === mark);
}
