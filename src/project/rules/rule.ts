import type { Draft } from "../draft.ts";
import type { Finding } from "../finding.ts";
import type { Declared } from "../project.ts";

/** What a schema cannot say about one file: how it fits together, and how it fits the other files. */
export type Rule<T> = (declared: Declared<T>, draft: Draft) => Finding[];
