import { hashOf } from "../../kit/hash.ts";
import { type JsonObject, asObject, compareText, isObject } from "../../kit/json.ts";

/** The version of a bundle's format that this Playbill reads and writes. */
export const bundleVersion = 1;

/** An assistant in a bundle, as the file has it. */
export interface WrittenAssistant {
  /** SHA-256 over the canonical JSON of all other keys: it tells that somebody edited them by hand. */
  fingerprint: string;
  name?: string;
  description?: string;
  /** Whose it is, what was applied, of which commit; as in the metadata of remote objects. */
  metadata: Record<string, string>;
  /** Parameters of `POST /responses`: all that do not belong to one conversation. */
  request: JsonObject;
}

/** The file that `sync` publishes assistants in; keys are the last parts of their addresses. */
export interface WrittenBundle {
  format_version: number;
  assistants: Record<string, WrittenAssistant>;
}

/** The fingerprint of an assistant in a bundle. */
export function fingerprintOf(entry: Omit<WrittenAssistant, "fingerprint"> & JsonObject): string {
  return hashOf({ ...entry, fingerprint: undefined });
}

/** The text of a bundle: equal contents give equal bytes. What is in a request stays in its order, which models go by where it is a schema's. */
export function bundleText(assistants: ReadonlyMap<string, WrittenAssistant>): string {
  const entries = [...assistants].toSorted(([one], [other]) => compareText(one, other));
  const written: WrittenBundle = { format_version: bundleVersion, assistants: Object.fromEntries(entries) };
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** Why a value cannot be used as a bundle. `at` is the way to what is wrong in it. */
export interface BundleFault {
  kind: "no_bundle" | "other_version" | "edited";
  message: string;
  at: readonly string[];
}

/** What keeps a value from being used as a bundle at all; `null` when it has the form of one. */
export function bundleFault(value: unknown): BundleFault | null {
  if (!isObject(value) || !isObject(value.assistants) || typeof value.format_version !== "number")
    return { kind: "no_bundle", message: "it is not a bundle that Playbill wrote", at: [] };
  if (value.format_version !== bundleVersion) {
    const message = `it has the format version ${value.format_version}, and this Playbill reads version ${bundleVersion}`;
    return { kind: "other_version", message, at: ["format_version"] };
  }
  const broken = Object.entries(value.assistants).find(([, entry]) => !isEntry(entry));
  if (broken === undefined) return null;
  return {
    kind: "no_bundle",
    message: `the assistant "${broken[0]}" lacks its request or its metadata`,
    at: ["assistants", broken[0]],
  };
}

/** The assistants that were edited by hand, by their fingerprints. */
export function editedIn({ assistants }: WrittenBundle): string[] {
  return Object.entries(assistants).flatMap(([name, entry]) =>
    entry.fingerprint === fingerprintOf({ ...entry }) ? [] : [name],
  );
}

function isEntry(value: unknown): boolean {
  const { request, metadata } = asObject(value);
  return isObject(request) && isObject(metadata);
}
