/** What playbill.yaml may say of a target that speaks a dialect, beside what every target may say. */
interface DialectSettings {
  /** Keys that only targets of this dialect have. */
  keys: readonly string[];
  /** Where the API is when a target does not say it; `null`: it has to. */
  baseUrl: string | null;
}

/** The dialects by the name that a target's `api` says. What they are is known in `src/targets/` only. */
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

/** The keys of a target that only other dialects have, with the names of these. */
export function keysOfOthers(api: DialectName, keys: readonly string[]): { key: string; dialects: string[] }[] {
  return keys.flatMap((key) => {
    const having = dialectsWith(key);
    return having.length === 0 || having.includes(api) ? [] : [{ key, dialects: having }];
  });
}
