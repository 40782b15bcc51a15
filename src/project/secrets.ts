import { asObject, isObject } from "../kit/json.ts";
import type { Secrets } from "../kit/secrets.ts";
import { substitute, type Environment } from "./environment.ts";
import { learnSensitive, sensitiveLeaves } from "./vars.ts";

/** Keys of playbill.yaml whose values are always secrets. */
const secretKeys = new Set(["api_key", "upstream_api_key"]);

/** Headers with secret values, by name: `api-key`, `Ocp-Apim-Subscription-Key`, `Authorization`. */
const secretHeader = /(^|-)(authorization|api-?key|key|token|secret|password|cookie)(-|$)/i;

/** Names of environment variables with secret values: `OPENAI_API_KEY`, `CI_JOB_TOKEN`, `DB_PASSWORD`. */
const secretName = /(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PAT|CREDENTIALS?)(_|$)/i;

/**
 * Registers the secrets of `playbill.yaml`: keys of all targets, users and passwords in URLs, and used environment variables
 * with names of secrets. `value` is the parsed file, `text` its source: a broken file has secrets too.
 */
export function learnSecrets(
  { value, text }: { value: unknown; text: string },
  env: Environment,
  secrets: Secrets,
): void {
  for (const [, name = ""] of text.matchAll(/\$\{?([A-Za-z_]\w*)/g)) {
    const held = env[name];
    if (held === undefined) continue;
    if (secretName.test(name)) secrets.add(held);
    learnLogin(held, secrets);
  }
  visit(value, null, (key, written) => {
    const held = withEnvironment(written, env);
    if (key !== null && secretKeys.has(key)) secrets.add(held);
    learnLogin(held, secrets);
  });
  for (const [name, header] of headersIn(value))
    if (secretHeader.test(name) || header.includes("$")) learnHeader(withEnvironment(header, env), secrets);
  learnSensitive(
    sensitiveLeaves(value).flatMap((leaf) => (typeof leaf.value === "string" ? withEnvironment(leaf.value, env) : [])),
    secrets,
  );
  learnSensitive(writtenSensitive(text), secrets);
}

/** Registers the value of a header, and the part after the scheme of an `Authorization`: `Bearer KEY`. */
function learnHeader(held: string, secrets: Secrets): void {
  secrets.add(held);
  const key = /^(?:Bearer|Basic|Token|Key)\s+(\S+)$/i.exec(held)?.[1];
  if (key !== undefined) secrets.add(key);
}

/** All headers of targets, with their values as written. */
function headersIn(value: unknown): [name: string, value: string][] {
  return Object.values(asObject(asObject(value).targets)).flatMap((target) =>
    Object.entries(asObject(asObject(target).headers)).flatMap(([name, each]): [string, string][] =>
      typeof each === "string" ? [[name, each]] : [],
    ),
  );
}

/** A text with environment variables replaced; for an unset variable, the text around it, as its name is not a secret. */
function withEnvironment(written: string, env: Environment): string {
  const result = substitute(written, env);
  return result.kind === "text" ? result.text : written.replaceAll(/\$\{[^}]*\}?|\$\w+/g, "");
}

/** Sensitive values as written on one line, also in invalid YAML: problems show lines of the file. */
function writtenSensitive(text: string): string[] {
  const lists = [...text.matchAll(/\bsensitive:\s*(\[[^\]]*\]|(?:\n\s*-[^\n]*)+)/g)].map(([, list = ""]) => list);
  const names = lists.flatMap((list) => list.match(/[A-Za-z_]\w*/g) ?? []);
  return names.flatMap((name) => {
    const values = [
      ...text.matchAll(new RegExp(`\\b${name}:[ \\t]*("(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s,}#][^,}\\n#]*)`, "g")),
    ];
    return values
      .map(([, value = ""]) => value.replace(/^(["'])(.*)\1$/, "$2").trim())
      .filter((value) => !/^\$\{?\w/.test(value));
  });
}

/** Registers every environment variable with the name of a secret. */
export function learnEnvironment(env: Environment, secrets: Secrets): void {
  for (const [name, held] of Object.entries(env)) if (held !== undefined && secretName.test(name)) secrets.add(held);
}

/** Registers the user and password of a URL. */
function learnLogin(text: string, secrets: Secrets): void {
  const written = /^\s*[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(text)?.[1];
  if (written === undefined) return;
  const colon = written.indexOf(":");
  const [user, password] = colon === -1 ? [written, ""] : [written.slice(0, colon), written.slice(colon + 1)];
  secrets.addLogin(user, password);
  secrets.addLogin(decoded(user), decoded(password));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function visit(value: unknown, key: string | null, see: (key: string | null, text: string) => void): void {
  if (typeof value === "string") see(key, value);
  else if (Array.isArray(value)) for (const each of value) visit(each, key, see);
  else if (isObject(value)) for (const [name, each] of Object.entries(value)) visit(each, name, see);
}
