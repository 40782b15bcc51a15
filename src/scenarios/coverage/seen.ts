import { posix } from "node:path";
import { interpolate } from "../../project/expression.ts";
import type { Path } from "../../project/project.ts";
import { citedIn, type CallRecord, type RunRecord } from "../record/record.ts";
import { fullAttempts, type ScenarioResult } from "../results/result.ts";
import type { Scenario } from "../scenario.ts";
import type { Verdict } from "../verdict.ts";
import { givenArguments, namedValues } from "./arguments.ts";
import { isWritten } from "./coverable.ts";
import { keyAt, keyOf } from "./keys.ts";

/** The keys of everything that a result of this scenario reached, in all its attempts. */
export function* seenIn(result: ScenarioResult, scenario: Scenario): Generator<string> {
  for (const { record, verdicts } of fullAttempts(result)) {
    if (record !== null) yield* seenInRecord(record, scenario);
    yield* judged(verdicts, scenario);
  }
}

function* seenInRecord({ turns }: RunRecord, scenario: Scenario): Generator<string> {
  const { assistant } = scenario;
  if (turns.length > 0) yield keyOf("assistant", assistant);
  for (const turn of turns) {
    const written = scenario.turns.find(({ number }) => number === turn.number);
    if (written !== undefined) {
      yield keyAt("turn", scenario.place(written.path, "key"));
      const choice = written.choices[(turn.choice ?? 1) - 1];
      if (choice !== undefined) yield keyAt("choice", scenario.place(choice.say.path, "key"));
    }
    for (const { event } of turn.events) {
      if (event.kind === "code") yield keyOf("tool", assistant, "code_interpreter");
      if (event.kind === "search") yield keyOf("tool", assistant, "file_search");
    }
    for (const { name } of citedIn(turn)) if (name !== null) yield keyOf("file", assistant, posix.basename(name));
    for (const call of turn.calls) yield* seenInCall(call, scenario);
  }
}

function* seenInCall({ name, args, outcome, rule }: CallRecord, scenario: Scenario): Generator<string> {
  const { assistant } = scenario;
  yield keyOf("tool", assistant, name);
  if (outcome?.kind === "error") yield keyOf("error_path", assistant, name);
  if (rule !== undefined) yield keyAt("stub", scenario.place(rule, "key"));
  for (const given of givenArguments(args)) {
    yield keyOf("argument", assistant, name, given.name);
    yield keyOf("enum_value", assistant, name, given.name, given.value);
  }
}

/** The keys of expectations that were judged, whether they held or not; a verdict may be about a part of an expectation. */
function* judged(verdicts: readonly Verdict[], scenario: Scenario): Generator<string> {
  const paths = verdicts.flatMap(({ path, undecided }) => (undecided === true ? [] : [path]));
  for (const { path } of expectationsOf(scenario)) {
    if (isWritten({ path }) && paths.some((each) => isWithin(each, path)))
      yield keyAt("expectation", scenario.place(path, "key"));
  }
}

/** The keys of the enum values that the expectations of a scenario name. */
export function* expectedIn(scenario: Scenario): Generator<string> {
  for (const { references } of expectationsOf(scenario)) {
    for (const reference of references) {
      if (reference.kind !== "arguments") continue;
      for (const { name, value } of namedValues(filled(reference.written, scenario)))
        yield keyOf("enum_value", scenario.assistant, reference.of, name, value);
    }
  }
}

function expectationsOf({ turns, expectations }: Scenario) {
  return [...turns.flatMap((turn) => [...turn.each, ...turn.expectations]), ...expectations];
}

/** A pattern with the values of a matrix filled in; other expressions are known only when the scenario runs. */
function filled(pattern: unknown, { scope }: Scenario): unknown {
  try {
    return interpolate(pattern, scope);
  } catch {
    return pattern;
  }
}

function isWithin(path: Path, whole: Path): boolean {
  return whole.every((step, index) => path[index] === step);
}
