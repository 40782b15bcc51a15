import { asObject, isObject } from "../kit/json.ts";
import type { Secrets } from "../kit/secrets.ts";
import { substitute, type Environment } from "./environment.ts";
import { learnSensitive, sensitiveLeaves } from "./vars.ts";

/** Keys of playbill.yaml whose values are secrets, whatever they come from. */
const secretKeys = new Set(["api_key", "upstream_api_key"]);

/** Headers that hold secrets, by their names: `api-key`, `Ocp-Apim-Subscription-Key`, `Authorization`. */
const secretHeader = /(^|-)(authorization|api-?key|key|token|secret|password|cookie)(-|$)/i;

/** Names of environment variables that hold secrets: `OPENAI_API_KEY`, `CI_JOB_TOKEN`, `DB_PASSWORD`. */
const secretName = /(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PAT|CREDENTIALS?)(_|$)/i;

/**
 * Makes the secrets of `playbill.yaml` known: keys of all its targets, users and passwords in URLs, and variables of the environment that
 * it reads and that are called like secrets. `value` is the file as it is parsed, `text` as it is written: a broken file has secrets too.
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

/** Adds the value of a header, and what follows the scheme of an `Authorization`: `Bearer KEY`. */
function learnHeader(held: string, secrets: Secrets): void {
  secrets.add(held);
  const key = /^(?:Bearer|Basic|Token|Key)\s+(\S+)$/i.exec(held)?.[1];
  if (key !== undefined) secrets.add(key);
}

/** All headers that targets send, with their values as they are written. */
function headersIn(value: unknown): [name: string, value: string][] {
  return Object.values(asObject(asObject(value).targets)).flatMap((target) =>
    Object.entries(asObject(asObject(target).headers)).flatMap(([name, each]): [string, string][] =>
      typeof each === "string" ? [[name, each]] : [],
    ),
  );
}

/** A text with the environment put in; when a variable is not set, what is around it: its name is not a secret. */
function withEnvironment(written: string, env: Environment): string {
  const result = substitute(written, env);
  return result.kind === "text" ? result.text : written.replaceAll(/\$\{[^}]*\}?|\$\w+/g, "");
}

/** Sensitive values as they are written on one line, also in a file that is not sound YAML: problems show its lines. */
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

/** Adds every variable of the environment that is called like a secret. */
export function learnEnvironment(env: Environment, secrets: Secrets): void {
  for (const [name, held] of Object.entries(env)) if (held !== undefined && secretName.test(name)) secrets.add(held);
}

/** Adds the user and the password of a URL. */
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
