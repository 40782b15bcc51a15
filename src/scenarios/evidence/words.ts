import type { TestState } from "./test-state.ts";

const mostNamed = 3;

/** The test state of an assistant in a few words: `tested by 3 scenarios on gpt-4o-mini, 2026-11-26 08:20`. */
export function testStateText(state: TestState): string {
  switch (state.kind) {
    case "tested":
      return `tested by ${state.scenarios} ${state.scenarios === 1 ? "scenario" : "scenarios"}${excusedText(state)} on ${state.model}, ${minute(state.since)}`;
    case "failing":
      return `${failingText(state)} on ${state.model}, ${minute(state.since)}`;
    case "stale":
      return state.changed.length > 0
        ? `stale: ${named(state.changed)} changed since ${minute(state.since)}`
        : `stale: ${named(state.missing)} not run since the last change`;
    case "untested":
      return state.missing.length === 0
        ? "untested: no scenario uses it"
        : `untested: ${named(state.missing)} never run with it`;
    case "unlike":
      return `differs from what was tested: ${named(state.left)} would stay as at the target`;
  }
}

function excusedText({ excused }: Extract<TestState, { kind: "tested" }>): string {
  return excused.length === 0 ? "" : ` (${named(excused)} failing no more than the baseline)`;
}

function failingText({ failed, worse, undecided }: Extract<TestState, { kind: "failing" }>): string {
  const parts = [
    ...(failed.length > 0 ? [`fails ${named(failed)}`] : []),
    ...(worse.length > 0 ? [`${named(worse)} worse than the baseline`] : []),
    ...(undecided.length > 0 ? [`undecided: ${named(undecided)}`] : []),
  ];
  return parts.join(", ");
}

function named(names: readonly string[]): string {
  const left = names.length - mostNamed;
  return left <= 0 ? names.join(", ") : `${names.slice(0, mostNamed).join(", ")} and ${left} more`;
}

/** `2026-11-26 08:20` */
function minute(time: string): string {
  return time.slice(0, 16).replace("T", " ");
}
