import type { Secrets } from "../kit/secrets.ts";
import type { FileReader } from "../server/search/reader/reader.ts";
import type { Problem } from "../problem.ts";

/** Information during an operation that is not part of its result. */
export type Notice =
  /** Problems of severity warning. */
  | { kind: "warnings"; problems: readonly Problem[] }
  /** Output of the project's code: tools, judges, setup. */
  | { kind: "printed"; text: string }
  /** A Playbill bug in the embedded server. */
  | { kind: "fault"; requestId: string | null; error: unknown };

/** The context of this layer's functions, besides a project. They print nothing. */
export interface Context {
  /** The folder that paths are relative to. */
  cwd: string;
  env: Record<string, string | undefined>;
  /** Secrets, which must not leave the process; everything that is read adds its own. */
  secrets: Secrets;
  /** Milliseconds since 1970. */
  now(this: void): number;
  signal: AbortSignal;
  tell(this: void, notice: Notice): void;
  /** A shared reader for files of vector stores at embedded targets; by default each target has its own. It is not closed. */
  reader?: FileReader;
}
