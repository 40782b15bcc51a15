/**
 * The meaning of a problem for the exit code: `input` a file or a flag is wrong (4), `refused` to protect the user (3), `remote` the target
 * or a service failed (5), `failed` it ran, and something in it failed (1).
 */
export type ProblemKind = "input" | "refused" | "remote" | "failed";

/** The properties shared by all problems with a code. */
export interface CodeEntry {
  kind: ProblemKind;
  /** The default severity. A warning never changes the exit code. */
  severity: "error" | "warning";
  /** The same command may succeed later although nobody has changed anything. */
  retryable?: true;
}

/** The common entries: a kind, and error or warning. */
export const input = { kind: "input", severity: "error" } as const;
export const refused = { kind: "refused", severity: "error" } as const;
export const remote = { kind: "remote", severity: "error" } as const;
export const failed = { kind: "failed", severity: "error" } as const;
export const inputWarning = { kind: "input", severity: "warning" } as const;
/** Something that mostly passes: an overload, a broken connection, another process. */
export const passing = { kind: "remote", severity: "error", retryable: true } as const;
export const busy = { kind: "refused", severity: "error", retryable: true } as const;
export const remoteWarning = { kind: "remote", severity: "warning" } as const;
export const failedWarning = { kind: "failed", severity: "warning" } as const;
