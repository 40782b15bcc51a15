/** The settings in playbill.yaml for targets of a dialect, besides those of every target. */
interface DialectSettings {
  /** Keys that only targets of this dialect have. */
  keys: readonly string[];
  /** The default address of the API; `null` when a target must name it. */
  baseUrl: string | null;
}

/** The dialects by the name in a target's `api`. They are implemented in `src/targets/`. */
export const dialects = {
  assistants: { keys: [], baseUrl: null },
  responses: { keys: ["state", "bundle"], baseUrl: "https://api.openai.com/v1" },
} as const satisfies Record<string, DialectSettings>;

/** The name of a dialect. */
export type DialectName = keyof typeof dialects;

/** The dialect of a project that declares no target. */
export const defaultDialect: DialectName = "assistants";

/** The dialects whose targets have a key that not all have. */
export function dialectsWith(key: string): DialectName[] {
  const all = Object.entries<DialectSettings>(dialects);
  return all.filter(([, settings]) => settings.keys.includes(key)).map(([name]) => name as DialectName);
}

/** The keys of a target that only other dialects have, with the names of those dialects. */
export function keysOfOthers(api: DialectName, keys: readonly string[]): { key: string; dialects: string[] }[] {
  return keys.flatMap((key) => {
    const having = dialectsWith(key);
    return having.length === 0 || having.includes(api) ? [] : [{ key, dialects: having }];
  });
}
