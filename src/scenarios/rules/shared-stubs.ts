import type { Draft } from "../../project/draft.ts";
import type { Finding } from "../../project/finding.ts";
import type { Declared } from "../../project/project.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";

/**
 * A rule that reports a finding in a shared stub only if it applies to every scenario that shares it: what the stub reads may exist in one
 * scenario, and another scenario may never call the stub.
 */
export function foundByAllWhoShare(rule: Rule<WrittenScenario>): Rule<WrittenScenario> {
  const known = new WeakMap<Draft, Map<Declared<WrittenScenario>, Finding[]>>();
  const findingsOf: Rule<WrittenScenario> = (declared, draft) => {
    const ofDraft = known.get(draft) ?? new Map<Declared<WrittenScenario>, Finding[]>();
    known.set(draft, ofDraft);
    const found = ofDraft.get(declared) ?? rule(declared, draft);
    ofDraft.set(declared, found);
    return found;
  };
  return (declared, draft) =>
    findingsOf(declared, draft).filter((finding) => {
      const where = sharedStub(declared, finding);
      if (where === null) return true;
      const sharing = draft.scenarios.filter((each) => sharedStub(each, finding) === where);
      const isSame = (each: Finding) => spotOf(each) === spotOf(finding);
      // The first of them reports it for all.
      if (sharing.includes(declared) && sharing[0] !== declared) return false;
      return sharing.every((each) => findingsOf(each, draft).some(isSame));
    });
}

/** The place of the shared stub that a finding is about; `null` for a scenario's own stubs, and for anything else. */
function sharedStub(
  { file, value, place }: Declared<WrittenScenario>,
  { path: [section, name] }: Finding,
): string | null {
  if (section !== "tools" || typeof name !== "string" || value.tools?.[name] === undefined) return null;
  const at = place(["tools", name], "key");
  return at.file === file ? null : `${at.file}:${at.line}`;
}

/** The subject of a finding; the message may list alternatives that differ. */
const spotOf = ({ code, path, at }: Finding): string => JSON.stringify([code, path, at]);
