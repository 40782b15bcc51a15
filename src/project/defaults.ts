import { isObject } from "../kit/json.ts";
import type { Declared, Path } from "./project.ts";

/** Values that files of a kind share. */
export interface Defaults {
  values: Readonly<Record<string, unknown>>;
  /** As in `Declared`. */
  place: Declared<unknown>["place"];
  /** The file, from the root, that relative paths in the values are relative to; `null` for the file that uses the values. */
  file: string | null;
}

/** Values that a file does not replace completely: mappings that are merged key by key, and lists that are joined. */
export interface Merging {
  /** Paths, with dots. */
  mappings: ReadonlySet<string>;
  lists: ReadonlySet<string>;
}

/** A file's value with its defaults. */
export interface WithDefaults {
  value: unknown;
  place: Declared<unknown>["place"];
  /** The file that relative paths at a place are relative to; `null` for the file itself. */
  origin: (path: Path) => string | null;
}

const asWhole: Merging = { mappings: new Set(), lists: new Set() };

/** A value with its defaults, nearest first; nearer ones take precedence. Places lead to where each value is written. */
export function withDefaults(
  value: unknown,
  place: Declared<unknown>["place"],
  defaults: readonly Defaults[],
  merging: Merging = asWhole,
): WithDefaults {
  if (defaults.length === 0 || !isObject(value)) return { value, place, origin: () => null };
  const layers: readonly Defaults[] = [{ values: value, place, file: null }, ...defaults];
  const layerOf = (path: Path): Defaults | undefined => {
    const holders = holdersOf(layers, path, merging);
    const item = merging.lists.has(String(path[0])) ? valueAt(merged, path.slice(0, 2)) : undefined;
    if (item === undefined) return holders[0];
    return holders.find(({ values }) => listAt(values, String(path[0])).includes(item));
  };
  const merged = merge(
    layers.map(({ values }) => values),
    "",
    merging,
  );
  return {
    value: merged,
    place: (path, at) => {
      const layer = layerOf(path);
      if (layer === undefined) return place(path, at);
      const [key, index, ...rest] = path;
      if (!merging.lists.has(String(key)) || index === undefined) return layer.place(path, at);
      const own = listAt(layer.values, String(key)).indexOf(valueAt(merged, [String(key), index]));
      return layer.place([String(key), own, ...rest], at);
    },
    origin: (path) => layerOf(path)?.file ?? null,
  };
}

function merge(
  values: readonly Readonly<Record<string, unknown>>[],
  at: string,
  merging: Merging,
): Record<string, unknown> {
  const keys = new Set(values.flatMap((each) => Object.keys(each)));
  const entries = [...keys].map((key) => {
    const path = at === "" ? key : `${at}.${key}`;
    const found = values.filter((each) => Object.hasOwn(each, key)).map((each) => each[key]);
    return [key, mergeAt(found, path, merging)] as const;
  });
  return Object.fromEntries(entries);
}

/** The value at a key, merged from the layers. */
function mergeAt(found: readonly unknown[], path: string, merging: Merging): unknown {
  const [nearest, ...others] = found;
  if (others.length === 0) return nearest;
  if (merging.lists.has(path) && found.every((each) => Array.isArray(each)))
    return [...new Set(found.toReversed().flat())];
  if (!merging.mappings.has(path)) return nearest;
  const end = found.findIndex((each) => !isObject(each));
  const mappings = (end === -1 ? found : found.slice(0, end)).filter(isObject);
  return mappings.length === 0 ? nearest : merge(mappings, path, merging);
}

/** The layers that may define the value at a path, nearest first; if none does, the layers that define the enclosing value. */
function holdersOf(layers: readonly Defaults[], path: Path, { mappings, lists }: Merging): readonly Defaults[] {
  let holders = layers;
  let at = "";
  for (const [depth, key] of path.entries()) {
    const next = holders.filter(({ values }) => valueAt(values, path.slice(0, depth + 1)) !== undefined);
    if (next.length === 0) return holders;
    holders = next;
    at = at === "" ? String(key) : `${at}.${key}`;
    if (lists.has(at)) return holders;
    if (!mappings.has(at)) return holders.slice(0, 1);
  }
  return holders;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((holder, key) => {
    if (Array.isArray(holder)) return (holder as unknown[])[Number(key)];
    return isObject(holder) && Object.hasOwn(holder, key) ? holder[String(key)] : undefined;
  }, value);
}

function listAt(values: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const list = values[key];
  return Array.isArray(list) ? list : [];
}
