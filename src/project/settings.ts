import type { Environment } from "./environment.ts";
import { substitute } from "./environment.ts";
import type { Finding } from "./finding.ts";
import type { Path } from "./project.ts";
import { asObject, isObject } from "../kit/json.ts";

/** A value with environment variables replaced, and the faults. */
export interface Substituted {
  value: unknown;
  findings: Finding[];
}

/** Replaces environment variables in every text of a JSON value, but not in keys. A text with a fault stays unchanged. */
export function substituteAll(value: unknown, environment: Environment, path: Path = []): Substituted {
  if (typeof value === "string") return substituteText(value, environment, path);
  if (Array.isArray(value)) {
    const items = value.map((each, index) => substituteAll(each, environment, [...path, index]));
    return { value: items.map((each) => each.value), findings: items.flatMap(({ findings }) => findings) };
  }
  if (!isObject(value)) return { value, findings: [] };
  const entries = Object.entries(value).map(
    ([key, each]) => [key, substituteAll(each, environment, [...path, key])] as const,
  );
  return {
    value: Object.fromEntries(entries.map(([key, each]) => [key, each.value])),
    findings: entries.flatMap(([, { findings }]) => findings),
  };
}

/**
 * Replaces environment variables in `playbill.yaml`, except in targets, called models and `serve`, which stay as written until used,
 * so that unused ones may need unset variables; and except in `defaults`, which are parts of other files.
 */
export function substituteSettings(value: unknown, environment: Environment): Substituted {
  if (!isObject(value)) return { value, findings: [] };
  const { targets, defaults, models, serve, ...rest } = value;
  const { sunset, ...asked } = asObject(models);
  const substituted = substituteAll(rest, environment);
  const days = substituteAll(sunset, environment, ["models", "sunset"]);
  const kept = {
    ...(targets !== undefined && { targets }),
    ...(defaults !== undefined && { defaults }),
    ...(serve !== undefined && { serve }),
    ...(models !== undefined && {
      models: isObject(models) ? { ...asked, ...(sunset !== undefined && { sunset: days.value }) } : models,
    }),
  };
  return {
    value: { ...asObject(substituted.value), ...kept },
    findings: [...substituted.findings, ...days.findings],
  };
}

function substituteText(text: string, environment: Environment, path: Path): Substituted {
  const result = substitute(text, environment);
  if (result.kind === "text") return { value: result.text, findings: [] };
  const { code, message, hint, start, end } = result;
  const finding = { path, at: { text, start, end }, code, message, ...(hint !== undefined && { hint }) };
  return { value: text, findings: [finding] };
}
