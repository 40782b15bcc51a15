import { StoreUnavailable } from "../store.ts";

/**
 * SQLSTATEs that say that the database is away, full of connections, or too slow at the moment; those of class 08 do too.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passing = new Set([
  "25006", // read only: what answers is a standby now
  "25P03", // idle in transaction for too long: this process stood still
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

/** The error that a caller is given for one that the client library threw: StoreUnavailable where another try later can end otherwise. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TypeError) return error;
  const state = sqlState(error);
  if (state === null || state.startsWith("08") || passing.has(state)) return new StoreUnavailable(error);
  return error;
}

/** The SQLSTATE that the server answered, or `null`: the error is one of the connection. */
export function sqlState(error: Error): string | null {
  const code = "code" in error ? String(error.code) : "";
  return "severity" in error && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** The server's answer that the transaction had failed before. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && sqlState(error) === "25P02";
}
