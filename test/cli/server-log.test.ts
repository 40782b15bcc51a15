import { expect, test } from "vitest";
import { createLog } from "../../src/cli/serve/log.ts";

const path = "/v1/\u001b[31m\n::error::FORGED\r\u009b2J\u202e##[error]x";
const control = /[^\n\x20-\x7e]|^\s*::|##\[/m;

test.each(["text", "json"] as const)("what a client wrote controls neither a terminal nor a CI log: %s", (format) => {
  const lines: string[] = [];
  const stderr = {
    write: (text: string) => void lines.push(text),
    command: () => undefined,
    live: null,
    status: () => {},
    isTTY: false,
    columns: 80,
  };
  const log = createLog({ stderr, now: () => 0 }, format);
  const who = { key: null, project: null, route: null };
  log({ kind: "request", requestId: "req_1", ...who, method: "GET", path, status: 404, milliseconds: 1 });
  log({ kind: "fault", requestId: "req_1", error: withoutPlaces(new Error(path)) });
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const reason = `server_error: ${path}`;
  log({ kind: "run", runId: "run_1", threadId: "thread_1", status: "failed", reason, usage, seconds: 1 });
  for (const line of lines) expect(line).not.toMatch(control);
  expect(lines[0]?.trimEnd()).not.toContain("\n");
  if (format === "json") expect(JSON.parse(lines[0] ?? "")).toMatchObject({ path });
});

/** The stack has the folder that the clone lies in, which may have any letters. */
function withoutPlaces(error: Error): Error {
  error.stack = `Error: ${error.message}\n    at somewhere`;
  return error;
}
