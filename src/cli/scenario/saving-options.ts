import type { RedactedKind } from "../../scenarios/transcripts/redaction/kinds.ts";
import type { SaveOptions } from "./save.ts";

/** The options of all commands that write scenarios of conversations, as commander gives them. */
export interface SavingOptions {
  assistant?: string;
  declare?: true;
  keep?: RedactedKind[];
  dryRun?: true;
  json?: true;
}

/** What these options say; `aliases` is what assistants are called elsewhere. */
export function saveOptions(options: SavingOptions, aliases: SaveOptions["aliases"] = new Map()): SaveOptions {
  return {
    assistant: options.assistant ?? null,
    declares: options.declare === true,
    keep: new Set(options.keep),
    isDry: options.dryRun === true,
    aliases,
  };
}
