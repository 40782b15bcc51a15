import { StoreUnavailable } from "../store.ts";

/**
 * SQLSTATEs of a database that is unavailable, out of connections, or too slow at the moment; class 08 belongs to them too.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passing = new Set([
  "25006", // read-only: the server that answers is now a standby
  "25P03", // idle in transaction for too long: this process stalled
  "40001",
  "40P01",
  "53100",
  "53200",
  "53300",
  "55P03", // waited too long for a lock
  "57014", // statement timeout
  "57P01",
  "57P02",
  "57P03",
  "57P05",
]);

/** The error that a caller gets for one of the client library: StoreUnavailable if a later retry may succeed. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TypeError) return error;
  const state = sqlState(error);
  if (state === null || state.startsWith("08") || passing.has(state)) return new StoreUnavailable(error);
  return error;
}

/** The SQLSTATE of the server's answer; `null` for an error of the connection. */
export function sqlState(error: Error): string | null {
  const code = "code" in error ? String(error.code) : "";
  return "severity" in error && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** The SQLSTATE of a statement in a transaction that has already failed. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && sqlState(error) === "25P02";
}
