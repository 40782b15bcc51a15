import type { Draft } from "../../project/draft.ts";
import type { Finding } from "../../project/finding.ts";
import { modelEntries } from "../../project/model-entries.ts";
import type { Path } from "../../project/project.ts";
import { unknownReference } from "../../project/rules/reference.ts";
import type { ModelUse, Reference } from "../subjects/subject.ts";

const asked: Record<ModelUse, string> = {
  judge: "a judge",
  user: "a simulated user",
  embeddings: "similarity by meaning",
};

/** A model that is called must be one of playbill.yaml. With scripted answers, its written answer is enough. */
export function modelFindings(
  { use, name, isScripted }: Extract<Reference, { kind: "model" }>,
  { settings }: Draft,
  path: Path,
): Finding[] {
  if (settings === null) return [];
  const known = [...modelEntries(settings.value).keys()];
  if (known.includes(name ?? use)) return [];
  if (name !== null) return [unknownReference("model", name, known, [...path, "model"])];
  if (isScripted) return [];
  const said = use === "embeddings" ? "" : " Or write script: with its answer, for runs with scripted answers.";
  const named = known.length === 0 ? "" : ` Or name another model: model: ${known.join(", or ")}.`;
  const hint = `Add to playbill.yaml: models: { ${use}: { base_url: ..., model: ... } }.${named}${said}`;
  const message = `${asked[use]} needs a model: there is no "${use}" under models: in playbill.yaml`;
  return [{ path, at: "key", code: "missing_model", message, hint }];
}
