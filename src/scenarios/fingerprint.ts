import { shortHashOf } from "../kit/hash.ts";
import { compareText, isObject } from "../kit/json.ts";
import { sensitiveMasked, type Secrets } from "../kit/secrets.ts";
import type { WrittenScenario } from "../project/schemas/scenario/file.ts";
import type { WrittenModel } from "../project/schemas/models.ts";
import type { WrittenTurn } from "../project/schemas/scenario/turn.ts";
import { assistantFields, toolKey } from "../resources/assistant/fields.ts";
import { assistantKind } from "../resources/assistant/kind.ts";
import type { AssistantSpec, FunctionToolSpec } from "../resources/assistant/spec.ts";
import { bindReferences } from "../resources/fields.ts";
import type { FileSpec } from "../resources/file/spec.ts";
import type { StoreMember, VectorStoreSpec } from "../resources/vector-store/spec.ts";
import type { TestRun } from "../targets/target.ts";
import type { Scenario } from "./scenario.ts";
import { canonicalField, canonicalFields } from "../resources/canonical-fields.ts";

/** A short hash per part, by the part's name: `instructions`, `tools.get_weather`, `turns.2`. Parts that are not set are absent. */
export type PartHashes = Readonly<Record<string, string>>;

/**
 * Hashes of everything that the outcome of a scenario depends on. Runs with equal fingerprints differ only by chance or by things outside the
 * project. Secrets and sensitive values are hashed as `***`: the hash of a text that is known except for a short secret would reveal it.
 */
export interface Fingerprint {
  /** The assistant as it was tested: one part per field or tool, including the content of its files and vector stores. */
  assistant: PartHashes;
  /** The scenario: turns, stubs, world, expectations and everything else that is written, the variables that it reads, and the files that it names. */
  scenario: PartHashes;
}

/** Files by path from the root, each with the SHA-256 of its bytes; `null` for one that cannot be read. */
export type Digests = ReadonlyMap<string, string | null>;

type Redact = Pick<Secrets, "redactJson">;

const unseenParts = /^(name|description|metadata)(\.|$)/;

/** True for a part of an assistant that the model does not see. */
export function isPartUnseen(part: string): boolean {
  return unseenParts.test(part);
}

/** A hash of each part of an assistant as the files declare it. `resources` are the resources that it refers to, by address. */
export function assistantFingerprint(
  spec: AssistantSpec,
  resources: TestRun["resources"],
  { redactJson }: Redact,
): PartHashes {
  const bound = bindReferences(assistantKind, spec, (address) => contentOf(address, resources));
  const { tools: _, ...fields } = canonicalFields(assistantKind, bound);
  const tools = bound.tools.map((tool) => [
    `tools.${partName(toolKey(tool))}`,
    assistantFields.tools.canonical([tool]),
  ]);
  const parts = { ...fields, ...Object.fromEntries(tools) };
  return hashesOf(parts, redactJson);
}

/** A hash of each part of a function declaration, as the model sees it. */
export function toolFingerprint({ kind: _kind, ...declaration }: FunctionToolSpec, { redactJson }: Redact): PartHashes {
  return hashesOf(declaration, redactJson);
}

/** A hash of the content of a file or a vector store, independent of its name at a target. `resources` has it by its address. */
export function contentFingerprint(address: string, resources: TestRun["resources"]): PartHashes {
  return { content: shortHashOf(contentOf(address, resources)) };
}

/** `get_weather` of `function get_weather`. */
function partName(key: string): string {
  return key.replace(/^function /, "");
}

/** The text that represents a file or a store: its content, independent of its name at a target. */
function contentOf(address: string, resources: TestRun["resources"]): string {
  const found = resources.get(address);
  if (found === undefined) return address;
  if (found.kind.name !== "vector_store") return contentOfFile(found.spec as FileSpec);
  const { files } = found.spec as VectorStoreSpec;
  const members = files.kind === "members" ? files.members.map(contentOfMember) : [];
  return shortHashOf([members.toSorted(compareText), canonicalField(found.kind, found.spec, "chunking")]);
}

function contentOfFile({ filename, sha256 }: FileSpec): string {
  return `${filename} ${sha256}`;
}

function contentOfMember({ file, path, sha256 }: StoreMember): string {
  return path === null ? file : `${path.slice(path.lastIndexOf("/") + 1)} ${sha256}`;
}

/** Keys of a scenario's file that do not affect how it runs, and keys that are handled separately. */
const otherKeys = new Set("id name tags owner skip only observe repeat vars matrix turns expect".split(" "));

/** The dependencies of a scenario outside its own file. */
export interface Surroundings {
  /** The files that it names. */
  files: Digests;
  /** The models that Playbill itself calls, by name. */
  models: ReadonlyMap<string, Readonly<Pick<WrittenModel, "model" | "base_url" | "target" | "temperature">>>;
}

/** A hash of each part of a scenario. Its surroundings contribute the content of files and the models that judge and simulate users. */
export function scenarioFingerprint(
  { scope }: Pick<Scenario, "scope">,
  written: WrittenScenario,
  { files, models }: Surroundings,
  { redactJson }: Redact,
): PartHashes {
  const others = Object.entries(written).filter(([key]) => !otherKeys.has(key) && !key.startsWith("x-"));
  const turns = written.turns.map(({ expect: _expect, ...rest }, index) => [`turns.${index + 1}`, withoutScript(rest)]);
  const expectations = [written.expect ?? null, ...written.turns.map(({ expect = null }) => expect)];
  const scripts = written.turns.map(scriptsIn);
  return hashesOf(
    {
      ...Object.fromEntries(others),
      ...Object.fromEntries(turns),
      expect: expectations.some((each) => each !== null) ? expectations : null,
      script: scripts.some((each) => each !== null) ? scripts : null,
      vars: readVars(scope, written),
      models: askedModels(models, written),
      files: files.size === 0 ? null : [...files].toSorted(([one], [other]) => compareText(one, other)),
    },
    redactJson,
  );
}

/** A turn without the scripts of the embedded model and of the simulated user. */
function withoutScript(turn: object): object {
  const { script: _, ...rest } = turn as { script?: unknown; simulate?: object; user?: unknown };
  if (rest.simulate !== undefined) return { ...rest, simulate: withoutScript(rest.simulate) };
  const choices = choicesIn(rest.user);
  return choices === null ? rest : { ...rest, user: { any: choices.map(withoutScript) } };
}

/** The scripts of the embedded model in a turn, including those of the user's choices. */
function scriptsIn(turn: WrittenTurn): unknown {
  if ("simulate" in turn) return turn.simulate.script ?? null;
  const ofChoices = (choicesIn(turn.user) ?? []).map(({ script = null }) => script);
  return ofChoices.every((each) => each === null) ? (turn.script ?? null) : [turn.script ?? null, ...ofChoices];
}

function choicesIn(user: unknown): { script?: unknown }[] | null {
  return isObject(user) && Array.isArray(user["any"]) ? (user["any"] as { script?: unknown }[]) : null;
}

/** Expectations and steps that call a model, with the name of the default model. */
const usualModels = { judge: "judge", simulate: "user", similar: "embeddings" };

/** The models that a scenario may call, without their keys; any occurrence of a name in the scenario counts. */
function askedModels(models: Surroundings["models"], written: WrittenScenario): unknown {
  if (models.size === 0) return null;
  const text = JSON.stringify(written);
  const asks = Object.entries(usualModels).filter(([key]) => text.includes(`"${key}":`));
  if (asks.length === 0) return null;
  const usual = new Set(asks.map(([, name]) => name));
  const asked = [...models].filter(([name]) => usual.has(name) || text.includes(`"${name}"`));
  if (asked.length === 0) return null;
  return asked.map(([name, { model, base_url, target, temperature }]) => {
    return [name, { model, base_url, target, temperature }] as const;
  });
}

/** The variables that a scenario may read, with the values of its matrix; a name that only occurs in a text counts as read. */
function readVars({ vars, matrix }: Scenario["scope"], written: WrittenScenario): unknown {
  const { vars: _vars, matrix: _matrix, ...reading } = written;
  const text = JSON.stringify(reading);
  const all = /\bvars\b(?!\.[A-Za-z_])/.test(text);
  const read = Object.entries(vars).filter(([name]) => all || text.includes(`vars.${name}`));
  const isEmpty = read.length === 0 && Object.keys(matrix).length === 0;
  return isEmpty ? null : { vars: Object.fromEntries(read), matrix };
}

function hashesOf(parts: Readonly<Record<string, unknown>>, redactJson: Redact["redactJson"]): PartHashes {
  const set = Object.entries(parts).filter(([, value]) => value !== null && value !== undefined);
  const hidden = set.map(([name, value]) => [name, shortHashOf(sensitiveMasked(redactJson(value)))]);
  return Object.fromEntries(hidden.toSorted(([one = ""], [other = ""]) => compareText(one, other)));
}

/** The names of the parts that differ between two sides, sorted. */
export function changedParts(one: PartHashes, other: PartHashes): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]).toSorted(compareText);
}

/** The parts of an assistant that its model sees, which excludes its name and its metadata. */
export function seenParts(parts: PartHashes): PartHashes {
  return Object.fromEntries(Object.entries(parts).filter(([name]) => !isPartUnseen(name)));
}

/** True when two runs of a scenario were runs of the same thing. */
export function isSameFingerprint(one: Fingerprint, other: Fingerprint): boolean {
  return (
    changedParts(seenParts(one.assistant), seenParts(other.assistant)).length === 0 &&
    changedParts(one.scenario, other.scenario).length === 0
  );
}
