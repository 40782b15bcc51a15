/** Something of a suite that the scenarios do not have, or have otherwise. */
export interface Remark {
  file: string;
  /** From 1. */
  line: number;
  /** What it is, as the suite calls it: `assert javascript`. */
  what: string;
  why: string;
}

/** A message before the last one of the user. Texts hold expressions. */
export interface MigratedMessage {
  role: "user" | "assistant";
  text: string;
}

/** One test of a suite, as a conversation of one turn. */
export interface MigratedCase {
  /** What it is called in the suite; `null` when it has no name. */
  name: string | null;
  /** What its file is called as far as that name is free. */
  stem: string;
  /** What the texts read as `vars.NAME`. */
  vars: Readonly<Record<string, unknown>>;
  opening: readonly MigratedMessage[];
  /** With expressions. */
  user: string;
  /** As under `expect` of a turn; empty when nothing is expected. */
  expect: Readonly<Record<string, unknown>>;
  /** A reply that does what is expected, with expressions; `null` when none can be told. */
  say: string | null;
}

/** What was read of a suite. */
export interface MigratedSuite {
  cases: MigratedCase[];
  /** What could not be carried over. */
  missing: Remark[];
  /** What is there in another form. */
  changed: Remark[];
}
