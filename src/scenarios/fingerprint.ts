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

/** A short hash a part, by the part's name: `instructions`, `tools.get_weather`, `turns.2`. A part that is not set is not named. */
export type PartHashes = Readonly<Record<string, string>>;

/**
 * Everything that the outcome of a scenario depends on, as hashes. Two runs with equal fingerprints differ by chance, or by what is outside
 * of the project. Secrets and sensitive values count as `***`: a hash of a text that is known but for a short secret would give it away.
 */
export interface Fingerprint {
  /** The assistant as it was tested: a field, or one tool, with the content of its files and vector stores. */
  assistant: PartHashes;
  /** The scenario: turns, stubs, world, expectations and whatever else is written, variables that it reads, files that it names. */
  scenario: PartHashes;
}

/** Files by path from the root, each with the SHA-256 of its bytes; `null` for one that cannot be read. */
export type Digests = ReadonlyMap<string, string | null>;

type Redact = Pick<Secrets, "redactJson">;

const unseenParts = /^(name|description|metadata)(\.|$)/;

/** True for a part of an assistant that no model is told of. */
export function isPartUnseen(part: string): boolean {
  return unseenParts.test(part);
}

/** A hash of each part of an assistant as the files declare it. `resources` is what it refers to, by address. */
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

/** A hash of each part of a function as it is declared to a model. */
export function toolFingerprint({ kind: _kind, ...declaration }: FunctionToolSpec, { redactJson }: Redact): PartHashes {
  return hashesOf(declaration, redactJson);
}

/** A hash of what is in a file or a vector store, whatever it is called at a target. `resources` has it by its address. */
export function contentFingerprint(address: string, resources: TestRun["resources"]): PartHashes {
  return { content: shortHashOf(contentOf(address, resources)) };
}

/** `get_weather` of `function get_weather`. */
function partName(key: string): string {
  return key.replace(/^function /, "");
}

/** What stands for a file or a store: its content, whatever it is called at a target. */
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

/** Keys of a scenario's file that change nothing about how it runs, and those that are looked at in another way. */
const otherKeys = new Set("id name tags owner skip only observe repeat vars matrix turns expect".split(" "));

/** What a scenario depends on outside of its own file. */
export interface Surroundings {
  /** The files that it names. */
  files: Digests;
  /** The models that Playbill itself asks, by name. */
  models: ReadonlyMap<string, Readonly<Pick<WrittenModel, "model" | "base_url" | "target" | "temperature">>>;
}

/** A hash of each part of a scenario; of its surroundings, the content of files and the models that judge and play users. */
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

/** A turn without what the embedded model, and a simulated user beside it, does. */
function withoutScript(turn: object): object {
  const { script: _, ...rest } = turn as { script?: unknown; simulate?: object; user?: unknown };
  if (rest.simulate !== undefined) return { ...rest, simulate: withoutScript(rest.simulate) };
  const choices = choicesIn(rest.user);
  return choices === null ? rest : { ...rest, user: { any: choices.map(withoutScript) } };
}

/** What the embedded model does in a turn; with several things that the user may say, in each of them too. */
function scriptsIn(turn: WrittenTurn): unknown {
  if ("simulate" in turn) return turn.simulate.script ?? null;
  const ofChoices = (choicesIn(turn.user) ?? []).map(({ script = null }) => script);
  return ofChoices.every((each) => each === null) ? (turn.script ?? null) : [turn.script ?? null, ...ofChoices];
}

function choicesIn(user: unknown): { script?: unknown }[] | null {
  return isObject(user) && Array.isArray(user["any"]) ? (user["any"] as { script?: unknown }[]) : null;
}

/** Expectations and steps for which a model is asked, with the name of the usual one. */
const usualModels = { judge: "judge", simulate: "user", similar: "embeddings" };

/** The models that may be asked for a scenario, without their keys; a name that is anywhere in it counts as asked for. */
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

/** The variables that a scenario may read, with the values of its matrix; a name that is only in a text counts as read. */
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

/** The names of the parts that two sides do not have alike, sorted. */
export function changedParts(one: PartHashes, other: PartHashes): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]).toSorted(compareText);
}

/** The parts of an assistant that its model is told of; its name and its metadata are none. */
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
