import { hashOf } from "../../kit/hash.ts";
import { type JsonObject, asObject, compareText, isObject } from "../../kit/json.ts";

/** The version of the bundle format that this version of Playbill reads and writes. */
export const bundleVersion = 1;

/** An assistant in a bundle file. */
export interface WrittenAssistant {
  /** SHA-256 of the canonical JSON of all other keys. It reveals manual edits. */
  fingerprint: string;
  name?: string;
  description?: string;
  /** The owner, what was applied, and the commit, as in the metadata of remote objects. */
  metadata: Record<string, string>;
  /** The parameters of `POST /responses` that do not belong to a conversation. */
  request: JsonObject;
}

/** The file in which `sync` publishes assistants; keys are the last parts of their addresses. */
export interface WrittenBundle {
  format_version: number;
  assistants: Record<string, WrittenAssistant>;
}

/** The fingerprint of an assistant in a bundle. */
export function fingerprintOf(entry: Omit<WrittenAssistant, "fingerprint"> & JsonObject): string {
  return hashOf({ ...entry, fingerprint: undefined });
}

/** The text of a bundle: equal contents give equal bytes. The contents of a request keep their order, because the order of a schema affects models. */
export function bundleText(assistants: ReadonlyMap<string, WrittenAssistant>): string {
  const entries = [...assistants].toSorted(([one], [other]) => compareText(one, other));
  const written: WrittenBundle = { format_version: bundleVersion, assistants: Object.fromEntries(entries) };
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** Why a value cannot be used as a bundle. `at` is the path to the fault. */
export interface BundleFault {
  kind: "no_bundle" | "other_version" | "edited";
  message: string;
  at: readonly string[];
}

/** The fault that prevents a value from being used as a bundle; `null` when it has the form of one. */
export function bundleFault(value: unknown): BundleFault | null {
  if (!isObject(value) || !isObject(value.assistants) || typeof value.format_version !== "number")
    return { kind: "no_bundle", message: "it is not a bundle that Playbill wrote", at: [] };
  if (value.format_version !== bundleVersion) {
    const message = `it has format version ${value.format_version}, but this version of Playbill reads format version ${bundleVersion}`;
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

/** The names of assistants that were edited by hand, detected by their fingerprints. */
export function editedIn({ assistants }: WrittenBundle): string[] {
  return Object.entries(assistants).flatMap(([name, entry]) =>
    entry.fingerprint === fingerprintOf({ ...entry }) ? [] : [name],
  );
}

function isEntry(value: unknown): boolean {
  const { request, metadata } = asObject(value);
  return isObject(request) && isObject(metadata);
}
