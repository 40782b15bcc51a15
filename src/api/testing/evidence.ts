import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Desired } from "../../resources/resource.ts";
import type { BaselineReport } from "../../scenarios/baseline/compare.ts";
import {
  type Evidence,
  type ScenarioEvidence,
  againstBaseline,
  evidenceIn,
  noEvidence,
  withScenarios,
} from "../../scenarios/evidence/evidence.ts";
import { evidenceFolder, changeEvidence } from "../../scenarios/evidence/evidence-file.ts";
import type { ScenarioResult } from "../../scenarios/results/result.ts";
import type { StoredHeader } from "../../scenarios/runs/run-header.ts";
import { ensureStateFolder } from "../folders.ts";
import { assistantAddress } from "../expansion.ts";
import type { OpenTarget } from "../open-target.ts";

/** A project at one of its targets, with its desired state. */
export interface EvidencePlace {
  project: Project;
  config: ResolvedTarget;
  open: Pick<OpenTarget, "name" | "testedAt" | "isEmbedded">;
  desired: readonly Desired[];
}

/** Collects the results of a run and writes evidence about the declared assistants. */
export interface EvidenceKeeper {
  keep(this: void, result: ScenarioResult, header: StoredHeader): void;
  /** Call it after the last result, with the baseline comparison if there was one. */
  save(this: void, baseline: BaselineReport | null): Promise<void>;
}

/** Creates a keeper for evidence about the assistants of a project at a target. */
export function createEvidenceKeeper({ project, open, desired }: Omit<EvidencePlace, "config">): EvidenceKeeper {
  const specs = new Map(desired.map(({ address, spec }) => [address, spec]));
  const found = new Map<string, { evidence: Evidence; scenarios: Map<string, ScenarioEvidence> }>();
  return {
    keep(result, { run, began: at = "", playbill = "" }) {
      const shown = evidenceIn(result, { at, run, playbill });
      const spec = specs.get(assistantAddress(result));
      if (shown === null || result.fingerprint === null || spec === undefined) return;
      const empty = noEvidence({
        project: project.name,
        target: open.name,
        origin: open.testedAt,
        model: (spec as AssistantSpec).model,
        assistant: result.fingerprint.assistant,
      });
      const own = found.get(empty.fingerprint) ?? { evidence: empty, scenarios: new Map() };
      found.set(empty.fingerprint, { ...own, scenarios: own.scenarios.set(result.id, shown) });
    },
    async save(baseline) {
      if (found.size === 0) return;
      const entries = new Map(baseline?.scenarios.map((each) => [each.id, each]));
      const folder = evidenceFolder(open.name, open.isEmbedded);
      await ensureStateFolder(project.root);
      await changeEvidence(project.root, folder, (known) => {
        const before = new Map(
          known.flatMap((each) => (each.origin === open.testedAt ? [[each.fingerprint, each]] : [])),
        );
        return [...found.values()].map(({ evidence, scenarios }) =>
          withScenarios(
            before.get(evidence.fingerprint) ?? evidence,
            [...scenarios].map(([id, shown]) => [id, againstBaseline(shown, entries.get(id))] as const),
          ),
        );
      });
    },
  };
}
