import type { RunRecord } from "../record/record.ts";
import { block } from "./text.ts";

const mostLines = 20;

/** Blocks about failed tool implementations, each with its place and the last lines of its stack trace. Equal failures appear once. */
export function handlerFailures(record: RunRecord | null): string[] {
  const blocks = (record?.turns ?? []).flatMap(({ number, calls }) =>
    calls.flatMap(({ name, findings }) =>
      findings
        .filter(({ code }) => code === "handler_failed")
        .map(({ message, trace = [], place }) => {
          const where = place == null ? "" : ` at ${place.file}:${place.line}`;
          const lines = block(trace.length === 0 ? message : trace.join("\n"), "    ", mostLines);
          return [`turn ${number}: the implementation of ${name} failed${where}`, ...lines].join("\n");
        }),
    ),
  );
  return [...new Set(blocks)];
}
