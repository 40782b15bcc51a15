import { desiredResources } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import { resolveFunction } from "../../project/resolve-tools.ts";
import { sensitiveValues } from "../../project/desired.ts";
import { learnSensitive } from "../../project/vars.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import { type PartHashes, contentFingerprint, seenParts, toolFingerprint } from "../../scenarios/fingerprint.ts";
import type { Context } from "../context.ts";
import { expandAll } from "../expansion.ts";
import { knowledgeIn } from "./assistants-under-test.ts";
import { createFingerprints } from "./fingerprints.ts";

/**
 * A hash of each part of everything that determines the outcome of a test, by address: assistants in their desired state, without parts that no
 * model sees; tools, files, vector stores; every cell of every scenario. Throws a ProblemError for unresolvable references.
 */
export function partHashes(context: Context, project: Project, config: ResolvedTarget): Map<string, PartHashes> {
  const desired = desiredResources(project, config);
  learnSensitive(sensitiveValues(desired), context.secrets);
  const resources = knowledgeIn(desired);
  const { of, assistantParts } = createFingerprints(project, { desired, lock: null }, context.secrets);
  return new Map([
    ...desired.map(({ kind, address }): [string, PartHashes] => [
      address,
      kind === assistantKind.name ? seenParts(assistantParts(address)) : contentFingerprint(address, resources),
    ]),
    ...[...project.tools].map(([name, { address }]): [string, PartHashes] => [
      address,
      toolFingerprint(resolveFunction(project, name), context.secrets),
    ]),
    ...expandAll(project, config).map((each): [string, PartHashes] => [`scenario.${each.id}`, of(each).scenario]),
  ]);
}
