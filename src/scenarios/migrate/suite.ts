/** A remark about a part of a suite that was not migrated, or was changed. */
export interface Remark {
  file: string;
  /** From 1. */
  line: number;
  /** The part, as named in the suite: `assert javascript`. */
  what: string;
  why: string;
}

/** A message before the last user message. Texts may contain expressions. */
export interface MigratedMessage {
  role: "user" | "assistant";
  text: string;
}

/** One test of a suite, as a conversation of one turn. */
export interface MigratedCase {
  /** Its name in the suite; `null` when it has none. */
  name: string | null;
  /** The preferred name of its file. */
  stem: string;
  /** The variables that the texts read as `vars.NAME`. */
  vars: Readonly<Record<string, unknown>>;
  opening: readonly MigratedMessage[];
  /** The user message, with expressions. */
  user: string;
  /** The content of `expect` of the turn; empty when nothing is expected. */
  expect: Readonly<Record<string, unknown>>;
  /** A reply that satisfies the expectations, with expressions; `null` when none can be determined. */
  say: string | null;
}

/** The result of reading a suite. */
export interface MigratedSuite {
  cases: MigratedCase[];
  /** Parts that could not be migrated. */
  missing: Remark[];
  /** Parts that were changed. */
  changed: Remark[];
}
