import { canonicalJson } from "../../kit/json.ts";
import { sha256 } from "../../kit/hash.ts";
import { sensitiveShown } from "../../kit/secrets.ts";
import type { Field } from "../../resources/fields.ts";
import type { Desired, SensitiveText } from "../../resources/resource.ts";
import type { PlannedResource } from "./plan-format.ts";

/**
 * A planned resource without sensitive values: fields that hold some now, or did when they were last applied, are shown as hashes. Of the
 * live text, only lines that are also in the files stay: others may contain an earlier value, which is no longer known.
 */
export function withoutSensitive(
  resource: PlannedResource,
  { sensitive = {} }: Pick<Desired, "sensitive">,
  appliedBefore: readonly Field[] = [],
): PlannedResource {
  const fields = new Set([...Object.keys(sensitive), ...appliedBefore]);
  if (fields.size === 0) return resource;
  const shownAt = (field: Field, { declared, live }: Sides): Sides => {
    if (!fields.has(field)) return { declared, live };
    const now = sensitive[field];
    const shown = declared === null ? null : (now?.shown ?? declared);
    return { declared: shown, live: hideLive(live, shown, now) };
  };
  return {
    ...resource,
    ...("name" in resource && { name: nameWithout(resource.name, sensitive["name"], fields.has("name")) }),
    ...("changes" in resource && {
      changes: resource.changes.map((change) => {
        const { declared, live } = shownAt(change.field, { declared: change.after, live: change.before });
        return { ...change, before: live, after: declared };
      }),
    }),
    ...("drift" in resource && {
      drift: resource.drift.map((drift) => ({ ...drift, ...shownAt(drift.field, drift) })),
    }),
  };
}

interface Sides {
  declared: unknown;
  live: unknown;
}

/** A live value as a hash, of the complete text or line by line; `shown` is what is shown of the declared one. */
function hideLive(live: unknown, shown: unknown, now: SensitiveText | undefined): unknown {
  if (live === null || live === undefined) return live;
  if (typeof live !== "string") return sensitiveShown(canonicalJson(live));
  if (typeof shown !== "string") return sensitiveShown(live);
  const known = (now?.values ?? []).toSorted((a, b) => b.length - a.length);
  const hidden = known.reduce((text, value) => withoutValue(text, value), live);
  if (hidden === shown) return shown;
  const declared = new Set(shown.split("\n"));
  const lines = hidden.split("\n");
  if (lines.length === 1 || declared.size === 1) return sensitiveShown(live);
  return lines.map((line) => (line.trim() === "" || declared.has(line) ? line : hiddenLine(line))).join("\n");
}

function withoutValue(text: string, value: string): string {
  const shown = sensitiveShown(value);
  return text.replaceAll(value, () => shown).replaceAll(value.replaceAll("\r\n", "\n"), () => shown);
}

function hiddenLine(line: string): string {
  return `(sensitive line, sha256 ${sha256(line).slice(0, 12)})`;
}

function nameWithout(name: string | null, now: SensitiveText | undefined, isSensitive: boolean): string | null {
  if (name === null || !isSensitive) return name;
  return now?.shown ?? sensitiveShown(name);
}
