import { type CodeEntry, input } from "./problem-kinds.ts";

/** The codes of commands for your own server; a part of `problemCodes`. */
export const serverCodes = {
  // `playbill migrate-in`
  repeated_id: input,
  missing_bytes: input,
  wrong_bytes: input,

  // `playbill serve`
  cannot_listen: input,
  key_needed: input,
  bad_serve_setting: input,
  no_key_file: input,
  bad_key_file: input,
  bad_key_name: input,
  key_exists: input,
  backup_elsewhere: input,
  backup_exists: input,
  not_a_backup: input,
  damaged_backup: input,
  unknown_key_name: input,
} as const satisfies Record<string, CodeEntry>;
