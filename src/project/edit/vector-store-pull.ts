import { fieldValue } from "../../resources/fields.ts";
import { vectorStoreKind } from "../../resources/vector-store/kind.ts";
import type { PullInput, Pulled } from "./pull.ts";
import { byHand, notPulled } from "./field-pull.ts";
import { type YamlEdit, editYaml } from "./yaml-edit.ts";
import { canonicalField } from "../../resources/canonical-fields.ts";

/** The order in which people read the keys of a vector store's file. */
const order = [...Object.keys(vectorStoreKind.fields), "protect", "ignore", "adopt"];

/** Writes edits of a vector store into its YAML. The project decides which files it has: edits of those are not pulled. */
export function pullVectorStore(input: PullInput): Pulled {
  const { project, desired, live, fields } = input;
  const declared = project.vectorStores.get(desired.address.slice("vector_store.".length));
  if (declared === undefined) throw new Error(`${desired.address} is not declared`);
  const read = input.files.read(declared.file);
  if (read.kind !== "text") throw new Error(`${declared.file} was read before`);
  const problems = fields.flatMap((field) => {
    const path = pathOf(field);
    const value = fieldValue(vectorStoreKind, live, field);
    if (field === "files") {
      const why = "its files were removed or replaced at the target";
      return [
        notPulled(declared, path, field, why, {
          purpose: "To restore them",
          command: `playbill sync ${desired.address} --take ours ${desired.address}`,
        }),
      ];
    }
    if (field.startsWith("metadata.") && value !== null && typeof value !== "string") {
      return [notPulled(declared, path, field, "it is not a text at the target", byHand(input, field))];
    }
    if (!input.isSecret(JSON.stringify(value) ?? "")) return [];
    return [notPulled(declared, path, field, "it contains a secret of this project", byHand(input, field))];
  });
  if (problems.length > 0) return { texts: new Map(), notes: [], problems };
  const edits = fields.map((field): YamlEdit => {
    const isUnset = field !== "name" && canonicalField(vectorStoreKind, live, field) === null;
    const value = fieldValue(vectorStoreKind, live, field);
    return { path: pathOf(field), value: isUnset ? undefined : field === "name" ? (value ?? "") : value };
  });
  const edited = editYaml(read.text, edits, order);
  if (edited.kind === "text") return { texts: new Map([[declared.file, edited.text]]), notes: [], problems: [] };
  const field = edited.path.join(".");
  return {
    texts: new Map(),
    notes: [],
    problems: [notPulled(declared, edited.path, field, edited.why, byHand(input, field))],
  };
}

function pathOf(field: string): string[] {
  return field.startsWith("metadata.") ? ["metadata", field.slice("metadata.".length)] : [field];
}
