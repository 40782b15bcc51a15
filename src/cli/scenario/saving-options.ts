import type { RedactedKind } from "../../scenarios/transcripts/redaction/kinds.ts";
import type { SaveOptions } from "./save.ts";

/** The options of all commands that write scenarios from conversations, as parsed by commander. */
export interface SavingOptions {
  assistant?: string;
  declare?: true;
  keep?: RedactedKind[];
  dryRun?: true;
  json?: true;
}

/** The options for saving; `aliases` are other names of assistants. */
export function saveOptions(options: SavingOptions, aliases: SaveOptions["aliases"] = new Map()): SaveOptions {
  return {
    assistant: options.assistant ?? null,
    declares: options.declare === true,
    keep: new Set(options.keep),
    isDry: options.dryRun === true,
    aliases,
  };
}
