import { canonicalJson } from "../../kit/json.ts";
import type { Place } from "../../problem.ts";
import type { CoverageKind } from "./coverage.ts";

/** The key of an item that belongs to an assistant. */
export function keyOf(kind: CoverageKind, assistant: string, ...rest: readonly unknown[]): string {
  return JSON.stringify([
    kind,
    assistant,
    ...rest.map((each) => (typeof each === "string" ? each : canonicalJson(each))),
  ]);
}

/** The key of an item that is written at a place, which the cells of a matrix, and scenarios with the same defaults, share. */
export function keyAt(kind: CoverageKind, { file, line, column }: Place): string {
  return JSON.stringify([kind, file, line, column]);
}
