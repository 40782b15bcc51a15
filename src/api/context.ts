import type { Secrets } from "../kit/secrets.ts";
import type { FileReader } from "../server/search/reader/reader.ts";
import type { Problem } from "../problem.ts";

/** What is told on the way, and is no result of what was asked for. */
export type Notice =
  /** Problems of severity warning. */
  | { kind: "warnings"; problems: readonly Problem[] }
  /** What code of the project printed: tools, judges, setup. */
  | { kind: "printed"; text: string }
  /** A defect of ours that showed in the embedded server. */
  | { kind: "fault"; requestId: string | null; error: unknown };

/** What the functions of this layer are given besides a project. They print nothing. */
export interface Context {
  /** The folder that paths are relative to. */
  cwd: string;
  env: Record<string, string | undefined>;
  /** What must not leave the process; everything that is read adds to it. */
  secrets: Secrets;
  /** Milliseconds since 1970. */
  now(this: void): number;
  signal: AbortSignal;
  tell(this: void, notice: Notice): void;
  /** What reads the files of vector stores at embedded targets, where several follow one another; else each has its own. It is not closed. */
  reader?: FileReader;
}
