/**
 * What a problem means for the exit code: `input` a file or a flag is wrong (4), `refused` to protect the user (3), `remote` the other
 * side did not do its part (5), `failed` it ran, and something in it failed (1).
 */
export type ProblemKind = "input" | "refused" | "remote" | "failed";

interface CodeEntry {
  kind: ProblemKind;
  /** A warning never changes the exit code; whoever makes a problem may say otherwise. */
  severity: "error" | "warning";
}

const input = { kind: "input", severity: "error" } as const;
const refused = { kind: "refused", severity: "error" } as const;
const remote = { kind: "remote", severity: "error" } as const;
const failed = { kind: "failed", severity: "error" } as const;
const inputWarning = { kind: "input", severity: "warning" } as const;
const remoteWarning = { kind: "remote", severity: "warning" } as const;
const failedWarning = { kind: "failed", severity: "warning" } as const;

/** Every code that a problem can have, in the order of docs/problems.md, which explains each of them. A code never changes its meaning. */
export const problemCodes = {
  // Reading YAML files
  bad_yaml: input,
  tab_indent: input,
  duplicate_key: input,
  unknown_tag: input,
  unknown_alias: input,
  alias_loop: input,
  alias_bomb: input,
  comment_after_text: inputWarning,
  list_in_text: inputWarning,
  bad_csv: input,
  many_documents: input,
  too_deep: input,
  empty_file: input,

  // Keys and values
  unknown_key: input,
  missing_key: input,
  conflicting_keys: input,
  foreign_form: input,
  wrong_type: input,
  unknown_value: input,
  bad_form: input,
  bad_date: input,
  out_of_range: input,
  too_short: input,
  too_long: input,
  too_few: input,
  too_many: input,
  duplicate_value: input,
  duplicate_name: input,

  // Names that lead somewhere
  no_project: input,
  bad_file_name: input,
  duplicate_address: input,
  linked_folder: input,
  unknown_reference: input,
  missing_file: input,
  outside_project: input,
  not_a_file: input,
  file_too_large: input,
  not_utf8: input,
  empty_knowledge: input,
  unsupported_file: input,
  unreadable_file: input,
  built_in_tool: input,
  still_there: inputWarning,
  quarantine_ended: inputWarning,
  unused: inputWarning,

  // Schemas, expressions and patterns
  bad_json: input,
  strict_schema: input,
  bad_expression: input,
  unknown_name: input,
  failed_expression: input,
  expression_not_possible: input,
  foreign_placeholder: inputWarning,
  bad_regex: input,
  unchecked_pattern: inputWarning,
  bad_matcher: input,
  bad_times: input,
  bad_match: input,
  never_fails: input,
  never_holds: input,
  unknown_price: input,
  missing_model: input,
  same_model_family: inputWarning,
  missing_script: input,
  user_broke_instructions: inputWarning,
  nothing_said: inputWarning,
  no_expectations: input,
  unreachable_rule: inputWarning,
  same_words: inputWarning,

  // Targets, environment and flags
  unknown_target: input,
  missing_environment: input,
  bad_interpolation: input,
  bad_url: input,
  missing_api_key: input,
  bad_api_key: input,
  cannot_hide: input,
  no_recordings: input,
  no_git: input,
  unknown_commit: input,
  unreadable_commit: input,
  newer_recording: input,
  recording_of_another: input,
  recordings_of_several_targets: input,
  missing_packages: input,
  missing_upstream: input,
  bad_flag: input,
  old_node: input,
  unknown_address: input,
  unknown_id: input,
  still_declared: inputWarning,
  restored_unlike_files: inputWarning,
  address_taken: input,
  cannot_write: input,
  system_refuses: input,
  file_exists: input,

  // `playbill import` and `playbill pull`
  bad_export: input,
  bad_suite: input,
  incomplete_export: inputWarning,
  not_written: inputWarning,
  not_pulled: input,
  conflict_markers: input,

  // `playbill scenario`
  bad_conversation: input,
  undeclared_functions: input,
  which_assistant: input,
  unknown_thread: input,

  // What was asked of `test`
  no_scenarios: input,
  no_scenario_there: input,
  unknown_scenario: input,
  only_in_ci: input,
  not_synced: input,
  unknown_reporter: input,
  unknown_run: input,
  cannot_resume: input,
  budget_too_small: input,
  other_baseline: input,
  nothing_to_bless: input,

  // While a scenario runs
  no_script: input,
  script_failed: input,
  setup_failed: input,
  teardown_failed: inputWarning,
  unanswered_call: input,
  bad_world_change: input,
  check_failed: input,
  no_handler: input,
  handler_not_found: input,
  handler_outside_project: input,
  handler_not_loaded: input,
  handler_without_default_export: input,
  recording_too_large: failedWarning,
  recording_unreadable: failedWarning,
  module_crashed: failed,
  expect_status: failed,
  expect_tools: failed,
  expect_reply: failed,
  expect_code: failed,
  expect_time: failed,
  expect_usage: failed,
  expect_check: failed,
  expect_save: failed,
  unknown_function: failed,
  bad_arguments_json: failed,
  unusable_arguments: failed,
  arguments_violate_schema: failedWarning,
  result_violates_schema: failedWarning,
  handler_failed: failedWarning,
  forbidden_call: failed,
  too_many_tool_rounds: failed,
  turn_timeout: remote,
  scenario_timeout: remote,
  token_limit: remote,
  cost_limit: remote,
  internal_error: failed,
  interrupted: failed,

  // The other side
  unreachable: remote,
  connection_lost: remote,
  timed_out: remote,
  no_assistants_api: remote,
  key_refused: remote,
  rate_limited: remote,
  quota_used_up: remote,
  answer_too_large: remote,
  request_refused: remote,
  server_failed: remote,
  malformed_answer: remote,
  stream_ended_early: remote,
  server_error: remote,
  rate_limit_exceeded: remote,
  run_expired: remote,
  assistants_left_behind: remoteWarning,
  conversation_left_behind: remoteWarning,
  marker_not_kept: remote,
  field_not_kept: remoteWarning,

  // Files and vector stores
  no_knowledge_api: remote,
  not_indexed: failed,
  indexing_timed_out: remote,
  file_changed: refused,

  // Refused to protect you
  drift: refused,
  lock_behind: refused,
  conflict: refused,
  no_base: refused,
  name_taken: refused,
  not_ours: refused,
  marker_missing: refused,
  marker_twice: refused,
  metadata_full: refused,
  model_sunset: { kind: "refused", severity: "warning" },
  objects_missing: refused,
  adopt_missing: refused,
  adopt_other: refused,
  adopt_twice: refused,
  rename_without_moved: refused,
  protected: refused,
  many_deletes: refused,
  not_confirmed: refused,
  failures_to_accept: refused,
  stale_plan: refused,
  changed_since_plan: refused,
  target_busy: refused,
  lock_other_project: refused,
  lock_other_origin: refused,
  id_taken: refused,

  // Files that Playbill keeps
  malformed_lock: input,
  newer_lock: input,
  lock_merge_conflict: input,
  unreadable_lock: input,
  lock_not_saved: failed,
  malformed_snapshot: input,
  foreign_snapshot: input,
  sealed_snapshot: input,
  snapshot_not_saved: failed,
  malformed_plan: input,
  unreadable_plan: input,
  database_unusable: input,
  database_too_new: input,
  replicas_differ: input,
  database_client_missing: input,
  damaged_baseline: input,
  newer_baseline: input,
  untested: refused,
  damaged_evidence: inputWarning,
  newer_evidence: inputWarning,
  damaged_run: input,
  newer_run: input,
  empty_run: input,
  cannot_merge: input,

  // `playbill migrate-in`
  repeated_id: input,
  missing_bytes: input,
  wrong_bytes: input,

  // `playbill serve`
  cannot_listen: input,
  key_needed: input,
} as const satisfies Record<string, CodeEntry>;

/** A stable name for what is wrong, lower_snake; tests and docs name it. */
export type ProblemCode = keyof typeof problemCodes;

/** The code of an expectation that does not hold, by its subject; those that Playbill has are in the table. */
export type ExpectationCode = `expect_${string}`;

/** True for a text that is the code of a problem. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemCodes, text);
}
