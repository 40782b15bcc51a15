import { compareText, isObject } from "../../kit/json.ts";
import { checkSchema } from "../../project/schema-check.ts";
import { EvidenceFile, type WrittenEvidence } from "../../project/schemas/evidence.ts";
import { readScenario, writeScenario } from "../baseline/baseline-json.ts";
import type { Counts } from "../statistics/fisher.ts";
import { type Evidence, type ScenarioEvidence, fingerprintOf } from "./evidence.ts";

export const evidenceVersion = 1;

/**
 * Parses the text of an evidence file with that fingerprint in its name: one state of an assistant, at each target where it was tested.
 * `newer`: written by a later version of Playbill.
 */
export function parseEvidence(
  text: string,
  name: string,
): { kind: "evidence"; evidence: Evidence[] } | { kind: "newer" } | { kind: "damaged"; why: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: "damaged", why: (error as Error).message };
  }
  const version = isObject(value) ? value["format_version"] : undefined;
  if (typeof version === "number" && version > evidenceVersion) return { kind: "newer" };
  const [first] = checkSchema(EvidenceFile, value);
  if (first !== undefined) return { kind: "damaged", why: first.message };
  // The value has been checked against the schema.
  const { format_version: _, targets, ...rest } = value as WrittenEvidence;
  if (rest.fingerprint !== name || fingerprintOf(rest) !== name)
    return { kind: "damaged", why: "its content has a different fingerprint" };
  const { fingerprint, project, model, assistant } = rest;
  const evidence = Object.entries(targets).map(([target, { origin, scenarios }]): Evidence => {
    const shown = Object.entries(scenarios).map(([id, each]) => [id, readShown(each)] as const);
    return { fingerprint, project, model, assistant, target, origin, scenarios: new Map(shown) };
  });
  return { kind: "evidence", evidence };
}

/** The text of the evidence file for one state of an assistant: sorted, so that equal evidence gives equal text. */
export function evidenceText(states: readonly [Evidence, ...Evidence[]]): string {
  const [{ fingerprint, project, model, assistant }] = states;
  const targets = states
    .toSorted((one, other) => compareText(one.target, other.target))
    .map(({ target, origin, scenarios }) => {
      const shown = [...scenarios].map(([id, each]) => [id, writeShown(each)] as const);
      return [target, { origin, scenarios: Object.fromEntries(shown) }] as const;
    });
  const written: WrittenEvidence = {
    format_version: evidenceVersion,
    fingerprint,
    project,
    model,
    assistant: Object.fromEntries(Object.entries(assistant).toSorted(([one], [other]) => compareText(one, other))),
    targets: Object.fromEntries(targets),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

type WrittenScenario = WrittenEvidence["targets"][string]["scenarios"][string];

function readShown({
  asked,
  status,
  failures = {},
  baseline,
  at,
  run,
  playbill,
  ...shown
}: WrittenScenario): ScenarioEvidence {
  const against = baseline === undefined ? null : { change: baseline.change, counts: countsOf(baseline) };
  const failed = new Map(Object.entries(failures));
  return { ...readScenario(shown), asked, status, failures: failed, against, at, run, playbill };
}

function writeShown({
  asked,
  status,
  failures,
  against,
  at,
  run,
  playbill,
  ...shown
}: ScenarioEvidence): WrittenScenario {
  const baseline = against === null ? {} : { baseline: { change: against.change, ...countsOf(against.counts) } };
  const failed = failures.size === 0 ? {} : { failures: Object.fromEntries(failures) };
  return { status, asked, ...writeScenario(shown), ...failed, ...baseline, at, run, playbill };
}

function countsOf({ passed, counted }: Counts): Counts {
  return { passed, counted };
}
