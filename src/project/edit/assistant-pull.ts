import { isObject } from "../../kit/json.ts";
import type { Problem } from "../../problem.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec, ResponseFormatSpec } from "../../resources/assistant/spec.ts";
import { fieldValue } from "../../resources/fields.ts";
import { pathFrom } from "../draft.ts";
import type { Declared, Path } from "../project.ts";
import type { WrittenAssistant } from "../schemas/assistant.ts";
import { parseYaml } from "../yaml.ts";
import { logicalModel, unsetValue } from "../write/assistant.ts";
import { withoutExpressions } from "../write/escape.ts";
import { pullInstructions } from "./instructions-pull.ts";
import type { PullInput, Pulled } from "./pull.ts";
import { pullTools } from "./tools-pull.ts";
import { type FieldPull, byHand, hasRealExpression, notPulled, nothingPulled, usersOfText } from "./field-pull.ts";
import { type YamlEdit, editYaml, hasOwnKey } from "./yaml-edit.ts";
import { canonicalField } from "../../resources/canonical-fields.ts";

/** The order in which people read the keys of an assistant's file. */
const order = [
  ...Object.keys(assistantKind.fields).flatMap((name) => (name === "instructions" ? [name, "expressions"] : name)),
  "protect",
  "ignore",
  "adopt",
];

/** Writes edits of an assistant into the files that its values come from. */
export function pullAssistant(input: PullInput): Pulled {
  const name = input.desired.address.slice("assistant.".length);
  const declared = input.project.assistants.get(name);
  if (declared === undefined) throw new Error(`${input.desired.address} is not declared`);
  const read = input.files.read(declared.file);
  if (read.kind !== "text") throw new Error(`${declared.file} was read before`);
  const own = parseYaml(declared.file, read.text).value;
  const pulls = input.fields.map((field) => {
    const refused = refusedBefore(input, declared, field);
    return refused === null ? pullField(input, declared, field) : { ...nothingPulled(), problems: [refused] };
  });
  const wanted = pulls.flatMap((pull) => pull.edits).map((edit) => keptUnset(edit, input));
  const edits = hasOwnKey(read.text, "metadata") ? wanted : wholeMetadata(wanted, declared.value.metadata ?? {});
  const notes = edits.flatMap(({ path }) => inheritedNote(path, input, own, declared.file));
  const texts = new Map(pulls.flatMap((pull) => [...pull.texts]));
  const problems = pulls.flatMap((pull) => pull.problems);
  if (edits.length > 0 && problems.length === 0) {
    const edited = editYaml(read.text, edits, order);
    if (edited.kind === "text") texts.set(declared.file, edited.text);
    else
      problems.push(
        notPulled(declared, edited.path, edited.path.join("."), edited.why, byHand(input, edited.path.join("."))),
      );
  }
  return { texts, notes: [...pulls.flatMap((pull) => pull.notes), ...notes], problems };
}

/** The problem with a value whose result must not be written into a file. */
function refusedBefore(input: PullInput, declared: Declared<WrittenAssistant>, field: string): Problem | null {
  const { desired, live, isSecret } = input;
  const path = field.startsWith("metadata.") ? ["metadata", field.slice("metadata.".length)] : [field];
  if (desired.sensitive?.[field] !== undefined) {
    return notPulled(
      declared,
      path,
      field,
      "it contains a sensitive variable",
      "Change the variable, or remove it from the text first.",
    );
  }
  if (isSecret(JSON.stringify(fieldValue(assistantKind, live, field)) ?? "")) {
    return notPulled(
      declared,
      path,
      field,
      "it contains a secret of this project",
      "Remove the secret at the target: files in Git must not contain it.",
    );
  }
  const written = path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), declared.value);
  if (typeof written === "string" && hasRealExpression(written)) {
    return notPulled(
      declared,
      path,
      field,
      "its value comes from an expression",
      `Change the variable that it uses. ${byHand(input, field)}`,
    );
  }
  return null;
}

function pullField(input: PullInput, declared: Declared<WrittenAssistant>, field: string): FieldPull {
  const live = input.live as AssistantSpec;
  if (field.startsWith("metadata.")) return pullMetadata(declared, live, field.slice("metadata.".length));
  const isUnset = canonicalField(assistantKind, live, field) === null;
  const set = (value: unknown): FieldPull => ({
    ...nothingPulled(),
    edits: [{ path: [field], value: isUnset ? undefined : value }],
  });
  switch (field) {
    case "name":
      return { ...nothingPulled(), edits: [{ path: ["name"], value: withoutExpressions(live.name ?? "") }] };
    case "model":
      return set(withoutExpressions(logicalModel(live.model, input.models)));
    case "description":
      return set(withoutExpressions(live.description ?? ""));
    case "instructions":
      return pullInstructions(input, declared, live.instructions ?? "");
    case "response_format":
      return pullFormat(input, declared, live.response_format, set);
    case "tools":
      return pullTools(input, declared, live.tools);
    default:
      return set(fieldValue(assistantKind, live, field));
  }
}

function pullMetadata(declared: Declared<WrittenAssistant>, { metadata }: AssistantSpec, key: string): FieldPull {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (value !== undefined && typeof value !== "string") {
    const field = `metadata.${key}`;
    return {
      ...nothingPulled(),
      problems: [
        notPulled(
          declared,
          ["metadata", key],
          field,
          "it is not a text at the target",
          `Leave it to the target: ignore: [${field}]`,
        ),
      ],
    };
  }
  return {
    ...nothingPulled(),
    edits: [{ path: ["metadata", key], value: value === undefined ? undefined : withoutExpressions(value) }],
  };
}

function pullFormat(
  input: PullInput,
  declared: Declared<WrittenAssistant>,
  format: ResponseFormatSpec,
  set: (value: unknown) => FieldPull,
): FieldPull {
  if (typeof format === "string") return set(format);
  const field = "response_format";
  if ("wire" in format || format.unknown !== undefined) {
    return {
      ...nothingPulled(),
      problems: [
        notPulled(
          declared,
          [field],
          field,
          "the target has a format unknown to Playbill",
          "Leave it to the target: ignore: [response_format]",
        ),
      ],
    };
  }
  const { name, description, strict, schema } = format.json_schema;
  const { response_format: written } = declared.value;
  const file = typeof written === "object" ? written.json_schema.file : undefined;
  const said = { name, ...(description && { description }), ...(strict && { strict }) };
  if (file === undefined) return set({ json_schema: { ...said, schema } });
  const path = pathFrom(declared, file);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  const users = usersOfText(input, path);
  if (users.length > 1)
    return {
      ...nothingPulled(),
      problems: [notPulled(declared, [field], field, `${path} is used by ${users.join(", ")}`, byHand(input, field))],
    };
  return { ...set({ json_schema: { ...said, file } }), texts: new Map([[path, text]]) };
}

/** The file gets all metadata, because a file's metadata replace inherited ones completely. */
function wholeMetadata(edits: readonly YamlEdit[], inherited: Readonly<Record<string, string>>): YamlEdit[] {
  const keys = edits.filter(({ path }) => path[0] === "metadata");
  if (keys.length === 0) return [...edits];
  const value: Record<string, unknown> = { ...inherited };
  for (const { path, value: each } of keys) {
    if (each === undefined) delete value[String(path[1])];
    else value[String(path[1])] = each;
  }
  return [...edits.filter((edit) => !keys.includes(edit)), { path: ["metadata"], value }];
}

/** A removed key would return from `defaults`: if those have it, it is explicitly unset. */
function keptUnset({ path, value }: YamlEdit, { project }: PullInput): YamlEdit {
  const [key] = path;
  const isInherited = Object.hasOwn(project.settings.value.defaults?.assistant ?? {}, key ?? "");
  return value === undefined && path.length === 1 && isInherited
    ? { path, value: unsetValue(String(key)) }
    : { path, value };
}

/** A note that the file now has its own value instead of an inherited one. */
function inheritedNote(path: Path, { project }: PullInput, own: unknown, file: string): string[] {
  const [key] = path;
  const defaults = project.settings.value.defaults?.assistant ?? {};
  if (typeof key !== "string" || (isObject(own) && Object.hasOwn(own, key)) || !Object.hasOwn(defaults, key)) return [];
  return [`${key} comes from \`defaults\` in playbill.yaml; ${file} now has its own value, which takes precedence.`];
}
