import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeWhole } from "../../kit/files.ts";
import { asList, asObject, isObject } from "../../kit/json.ts";
import { fail } from "../../problem.ts";
import { type ApiKey, hashOfKey } from "../../server/http/keys.ts";

/** A key as stored in its file: everything but the key itself. */
export interface KeptKey extends ApiKey {
  /** The last characters of the key, to recognize it by. */
  ending: string;
  /** ISO time. */
  createdAt: string;
}

/** The key file as written on disk. */
interface WrittenKeys {
  format_version: 1;
  keys: { name: string; project: string; sha256: string; ending: string; created_at: string }[];
}

const nameForm = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

/** The fault in the name of a key or project; `null` for a valid name. */
export function nameFault(name: string): string | null {
  return nameForm.test(name)
    ? null
    : "1 to 63 letters, digits, dots, hyphens and underscores, the first a letter or digit";
}

/** The keys in a file. Throws a ProblemError (`no_key_file`, `bad_key_file`). */
export async function readKeys(file: string): Promise<KeptKey[]> {
  const text = await textOf(file);
  return text === null ? missing(file) : parseKeys(text, file);
}

function missing(file: string): never {
  return fail("no_key_file", `there is no API key file at ${file}`, {
    hint: `Create it with its first key: playbill key new NAME --api-keys ${file}`,
  });
}

/** Parses the text of a key file. Throws a ProblemError (`bad_key_file`). */
export function parseKeys(text: string, file: string): KeptKey[] {
  const bad = (why: string): never =>
    fail("bad_key_file", `${file} is not a valid API key file: ${why}`, {
      hint: "Restore it, or move it away and create new keys: playbill key new NAME --api-keys FILE",
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return bad("it is not JSON");
  }
  const { format_version: version, keys } = asObject(parsed);
  if (typeof version === "number" && version > 1) return bad("a newer Playbill wrote it; update Playbill");
  if (version !== 1 || !Array.isArray(keys)) return bad('it has no "keys" of "format_version" 1');
  const read = asList(keys).map((each, index): KeptKey => {
    const { name, project, sha256, ending, created_at: createdAt } = isObject(each) ? each : {};
    const isKey =
      typeof name === "string" &&
      typeof project === "string" &&
      nameFault(name) === null &&
      nameFault(project) === null &&
      typeof sha256 === "string" &&
      /^[0-9a-f]{64}$/.test(sha256);
    if (!isKey) return bad(`key ${index + 1} needs a name, a project and a sha256 of 64 hexadecimal digits`);
    const textOrNone = (text: unknown): string => (typeof text === "string" ? text : "");
    return { name, project, hash: sha256, ending: textOrNone(ending), createdAt: textOrNone(createdAt) };
  });
  const twice = read.find(({ name }, index) => read.findIndex((other) => other.name === name) !== index);
  return twice ? bad(`it has two keys called ${twice.name}`) : read;
}

/** Milliseconds to wait for another process that is changing the file. */
const patience = 5_000;

/** Changes the keys in a file, which is created if missing; one process at a time. Throws a ProblemError (`key_file_busy`, `bad_key_file`). */
export async function changeKeys(
  file: string,
  change: (keys: readonly KeptKey[]) => readonly KeptKey[],
): Promise<void> {
  const lock = `${file}.lock`;
  await mkdir(dirname(file), { recursive: true });
  for (let waited = 0; !(await claimed(lock)); waited += 50) {
    if (waited >= patience)
      fail("key_file_busy", `another process is changing ${file}`, {
        hint: `If no such process is running, it was killed: remove ${lock}.`,
      });
    await sleep(50);
  }
  try {
    const text = await textOf(file);
    const keys = change(text === null ? [] : parseKeys(text, file));
    const written: WrittenKeys = {
      format_version: 1,
      keys: keys.map(({ name, project, hash, ending, createdAt }) => ({
        name,
        project,
        sha256: hash,
        ending,
        created_at: createdAt,
      })),
    };
    await writeWhole(file, `${JSON.stringify(written, null, 2)}\n`);
  } finally {
    await rm(lock, { force: true });
  }
}

async function claimed(lock: string): Promise<boolean> {
  try {
    await (await open(lock, "wx")).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A new key and its stored form. It has the prefix of OpenAI's keys, so that clients that check it accept it; 256 of its bits are random. */
export function newKey(name: string, project: string, now: number): { key: string; kept: KeptKey } {
  const key = `sk-playbill-${randomBytes(32).toString("base64url")}`;
  const createdAt = new Date(now).toISOString();
  return { key, kept: { name, project, hash: hashOfKey(key), ending: key.slice(-4), createdAt } };
}
