import type { Draft } from "../draft.ts";
import type { Finding } from "../finding.ts";
import type { Declared } from "../project.ts";

/** A check that a schema cannot express: consistency within a file, and with other files. */
export type Rule<T> = (declared: Declared<T>, draft: Draft) => Finding[];
