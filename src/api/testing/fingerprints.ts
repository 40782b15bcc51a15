import { openProjectFiles } from "../../project/files.ts";
import type { Declared, Project } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Desired } from "../../resources/resource.ts";
import { createDependencies, type Dependency } from "../../scenarios/selection/dependencies.ts";
import {
  type Fingerprint,
  type PartHashes,
  assistantFingerprint,
  scenarioFingerprint,
} from "../../scenarios/fingerprint.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import type { Lock } from "../../sync/lock/lock.ts";
import { assistantAddress } from "../expansion.ts";
import type { Context } from "../context.ts";
import { knowledgeIn } from "./assistants-under-test.ts";

/** Hashes of scenarios and assistants. Files are read on demand, each once. */
export interface Fingerprints {
  of(this: void, scenario: Scenario): Fingerprint;
  /** The hashes of the assistant at an address. */
  assistantParts(this: void, address: string): PartHashes;
  /** The hashes of code files of a scenario and its tools; `-` for an unreadable file. */
  codeOf(this: void, scenario: Scenario): PartHashes;
  /** The same, plus every other file that the scenario refers to. */
  filesOf(this: void, scenario: Scenario): PartHashes;
}

/** The assistants of a run: declared in the files, or synced as in the lock. */
export interface TestedAs {
  desired: readonly Desired[];
  /** `null` for the assistants of the files. */
  lock: Lock | null;
}

/** The fingerprints of the scenarios of a project. */
export function createFingerprints(
  project: Project,
  { desired, lock }: TestedAs,
  secrets: Pick<Context["secrets"], "redactJson">,
): Fingerprints {
  const files = openProjectFiles(project.root);
  const dependenciesOf = createDependencies(project, files);
  const declared = new Map(project.scenarios.map((each) => [each.file, each]));
  const resources = knowledgeIn(desired);
  const specs = new Map(
    desired.flatMap(({ kind, address, spec }) => (kind === assistantKind.name ? [[address, spec]] : [])),
  );
  const assistants = new Map<string, PartHashes>();
  const digests = new Map<string, string | null>();

  function assistantParts(address: string): PartHashes {
    const known = assistants.get(address);
    if (known !== undefined) return known;
    const spec = specs.get(address);
    const parts =
      spec === undefined
        ? (lock?.resources[address]?.applied ?? {})
        : assistantFingerprint(spec as AssistantSpec, resources, secrets);
    assistants.set(address, parts);
    return parts;
  }

  function digestOf(path: string): string | null {
    const known = digests.get(path);
    if (known !== undefined) return known;
    const found = files.digest(path);
    const digest = found.kind === "digest" ? found.sha256 : null;
    digests.set(path, digest);
    return digest;
  }

  function fileOf({ file }: Scenario): Declared<WrittenScenario> {
    const written = declared.get(file);
    if (written === undefined) throw new Error(`no file ${file}`);
    return written;
  }

  const hashesOf = (files: readonly Dependency[]): PartHashes =>
    Object.fromEntries(files.map(({ file }) => [file, digestOf(file)?.slice(0, 16) ?? "-"]));

  const named = (written: Declared<WrittenScenario>) =>
    dependenciesOf(written).filter(({ kind }) => kind === "own" || kind === "handler");

  return {
    assistantParts,
    of(scenario) {
      const written = fileOf(scenario);
      const contents = new Map(named(written).map(({ file }) => [file, digestOf(file)]));
      return {
        assistant: assistantParts(assistantAddress(scenario)),
        scenario: scenarioFingerprint(scenario, written.value, { files: contents, models: project.models }, secrets),
      };
    },
    codeOf: (scenario) =>
      hashesOf(named(fileOf(scenario)).filter(({ file, kind }) => kind === "handler" || isProgram(file))),
    filesOf: (scenario) => hashesOf(named(fileOf(scenario))),
  };
}

/** True for a file that is executed, not read. */
function isProgram(file: string): boolean {
  return /\.([cm]?[jt]sx?|py|rb|sh|pl|php)$/.test(file);
}
