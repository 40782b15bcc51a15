import { bundleFault, editedIn, type WrittenBundle } from "./format.ts";
import type { RequestParameters } from "./parameters.ts";

export type * from "./parameters.ts";

/** A bundle as imported from its file; the type of a JSON module has the names of its assistants. */
export interface BundleJson {
  format_version: number;
  assistants: Readonly<Record<string, object>>;
}

/** The parameters of a single request: its input and its conversation. */
export type RequestMore = { input: unknown; stream?: boolean | null; metadata?: Record<string, string> | null } & (
  | { conversation?: string | { id: string } | null; previous_response_id?: never }
  | { conversation?: never; previous_response_id?: string | null }
);

/** One assistant as it was synced. */
export interface BundledAssistant<Name extends string = string> {
  name: Name;
  /** The commit that was synced; `null` outside Git. */
  commit: string | null;
  /** Identifies this version of the assistant. */
  fingerprint: string;
  /** The parameters that make a model this assistant. */
  parameters: RequestParameters;
  /** The parameters for `client.responses.create`. Throws a TypeError when both conversation parameters are given. */
  request<More extends RequestMore>(this: void, more: More): RequestParameters & More;
}

/** The assistants of a target. */
export interface Bundle<Name extends string = string> {
  names: Name[];
  /** Throws an Error for an unknown name. */
  assistant<N extends Name>(this: void, name: N): BundledAssistant<N>;
}

/**
 * Opens what `playbill sync` published. Throws an Error for a value that is not a bundle, has another format version, or was edited by
 * hand after it was published.
 */
export function openBundle<B extends BundleJson>(bundle: B): Bundle<keyof B["assistants"] & string> {
  type Name = keyof B["assistants"] & string;
  const fault = bundleFault(bundle);
  if (fault?.kind === "other_version") {
    throw new Error(
      `the bundle cannot be used: ${fault.message}. Use the version of playbill that reads it, or sync again with this one.`,
    );
  }
  if (fault !== null) throw new Error(`the bundle cannot be used: ${fault.message}`);
  const written = bundle as unknown as WrittenBundle;
  const edited = editedIn(written);
  if (edited.length > 0) {
    throw new Error(
      `the bundle was edited by hand after it was published: ${edited.join(", ")}. playbill plan shows what was edited; playbill sync writes it again.`,
    );
  }
  const names = Object.keys(written.assistants) as Name[];
  return {
    names,
    assistant(name) {
      const entry = Object.hasOwn(written.assistants, name) ? written.assistants[name] : undefined;
      if (entry === undefined)
        throw new Error(`the bundle has no assistant "${name}"; it has ${names.join(", ") || "none"}`);
      const parameters = entry.request as unknown as RequestParameters;
      return {
        name,
        commit: entry.metadata["playbill.rev"] || null,
        fingerprint: entry.fingerprint,
        parameters,
        request: (more) => requestOf(parameters, more),
      };
    },
  };
}

function requestOf<More extends RequestMore>(parameters: RequestParameters, more: More): RequestParameters & More {
  if (more.conversation && more.previous_response_id)
    throw new TypeError("pass either conversation or previous_response_id, not both: the API accepts only one of them");
  const metadata = { ...parameters.metadata, ...more.metadata };
  return { ...parameters, ...more, ...(Object.keys(metadata).length > 0 && { metadata }) };
}
