import type { Secrets } from "../kit/secrets.ts";
import type { Importable } from "../project/write/import-draft.ts";
import type { Live } from "../resources/resource.ts";

/** What is to be written of a live or exported object: not what holds a secret of the project, which files in Git must not have. */
export function importable(
  { kind, id, spec }: Pick<Live, "kind" | "id" | "spec">,
  secrets: Secrets,
): Omit<Importable, "address"> {
  const secret = Object.entries(spec).filter(([, value]) => {
    const text = JSON.stringify(value) ?? "";
    return secrets.redact(text) !== text;
  });
  return { kind, id, spec, leftOut: new Map(secret.map(([field]) => [field, "it holds a secret of this project"])) };
}
