import { compareText, isObject } from "../../kit/json.ts";
import { checkSchema } from "../../project/schema-check.ts";
import { EvidenceFile, type WrittenEvidence } from "../../project/schemas/evidence.ts";
import { readScenario, writeScenario } from "../baseline/baseline-json.ts";
import { type Evidence, fingerprintOf } from "./evidence.ts";

export const evidenceVersion = 1;

/** Reads the text of a file of evidence, which has that fingerprint in its name. `newer`: a later version of Playbill wrote it. */
export function parseEvidence(
  text: string,
  name: string,
): { kind: "evidence"; evidence: Evidence } | { kind: "newer" } | { kind: "damaged"; why: string } {
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
  // The schema has been held against the value.
  const { format_version: _, scenarios, ...rest } = value as WrittenEvidence;
  if (rest.fingerprint !== name || fingerprintOf(rest) !== name)
    return { kind: "damaged", why: "what it tells of has another fingerprint" };
  return {
    kind: "evidence",
    evidence: {
      ...rest,
      scenarios: new Map(
        Object.entries(scenarios).map(([id, { asked, status, at, run, playbill, ...shown }]) => [
          id,
          { ...readScenario(shown), asked, status, at, run, playbill },
        ]),
      ),
    },
  };
}

/** The text of a file of evidence: sorted, and the same for the same evidence. */
export function evidenceText({ scenarios, assistant, ...rest }: Evidence): string {
  const written: WrittenEvidence = {
    format_version: evidenceVersion,
    fingerprint: rest.fingerprint,
    project: rest.project,
    target: rest.target,
    origin: rest.origin,
    model: rest.model,
    assistant: Object.fromEntries(Object.entries(assistant).toSorted(([one], [other]) => compareText(one, other))),
    scenarios: Object.fromEntries(
      [...scenarios].map(([id, { asked, status, at, run, playbill, ...shown }]) => [
        id,
        { status, asked, ...writeScenario(shown), at, run, playbill },
      ]),
    ),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}
