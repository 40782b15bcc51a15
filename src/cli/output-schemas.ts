import { Type, type TProperties, type TSchema } from "../schema/builder.ts";
import { outputSchemas } from "../scenarios/output-schemas.ts";
import { Count, Problem, Texts, open, orNull, words } from "../scenarios/results/record-schema.ts";
import { PlanFormat } from "../sync/plan/plan-format.ts";

const Text = Type.String();
const TextOrNull = orNull(Text);
const Flag = Type.Boolean();
const listOf = (properties: TProperties) => Type.Array(open(properties));
const versioned = (description: string, properties: TProperties) =>
  open({ format_version: Type.Literal(1, { description: "The version of this format." }), ...properties }, description);
const FileTexts = listOf({ path: Text, text: Type.Optional(Text) });
const Remarks = listOf({ what: Text, count: Count, ids: Texts });
const SuiteRemarks = listOf({ file: Text, line: Count, what: Text, why: Text });

/** What commands print for programs, by the name of the generated schema: mostly that of the command. */
export const commandSchemas = {
  ...outputSchemas,
  plan: open({
    ...PlanFormat.properties,
    tests: Type.Optional(Type.Unknown()),
    behaviour: Type.Optional(Type.Unknown()),
  }),
  applied: versioned("What sync, destroy, restore and rollback did.", {
    target: Text,
    plan_hash: Text,
    done: listOf({ address: Text, action: Text, id: Text }),
    collected: listOf({ address: Text, id: Text }),
    failed: Texts,
    skipped: Texts,
    not_started: Texts,
    problems: Type.Array(Problem),
  }),
  "state-list": versioned("What the lock says that this project owns.", {
    target: Text,
    resources: listOf({ address: Text, id: Text, protect: Flag }),
  }),
  "restore-list": versioned("The snapshots that there are.", {
    snapshots: listOf({ name: Text, time: Type.Unknown(), target: TextOrNull, id: TextOrNull, object: TextOrNull }),
  }),
  models: versioned("The models that the assistants use, and when they are shut down.", {
    target: Text,
    table: open({ date: Text, announcements: Type.Unknown() }),
    models: listOf({
      model: Text,
      shutdown_date: TextOrNull,
      days_left: orNull(Type.Number()),
      source: TextOrNull,
      used_by: Texts,
    }),
  }),
  bundle: versioned("The assistants that a target publishes in its file.", {
    path: Text,
    assistants: listOf({ name: Text, model: Text, commit: TextOrNull, fingerprint: Text, edited: Flag }),
  }),
  import: versioned("What import wrote, or would write.", {
    target: TextOrNull,
    dry_run: Flag,
    imported: listOf({
      address: Text,
      kind: Text,
      id: Text,
      files: Texts,
      not_written: listOf({ field: Text, reason: Text }),
      marked: Flag,
    }),
    files: FileTexts,
  }),
  pull: versioned("What pull wrote, or would write.", { address: Text, target: Text, fields: Texts, files: FileTexts }),
  fingerprint: versioned("Hashes of everything that decides how something behaves; with --diff, what differs.", {
    target: Type.Optional(Text),
    fingerprints: Type.Optional(
      Type.Record(Text, open({ fingerprint: Text, parts: Type.Record(Text, Text) }), { description: "By address." }),
    ),
    one: Type.Optional(Text),
    other: Type.Optional(Text),
    changes: Type.Optional(
      listOf({
        address: Text,
        change: words("added", "removed", "changed"),
        parts: Type.Record(Text, Type.Array(TextOrNull), { description: "The hashes before and after." }),
      }),
    ),
  }),
  "test-list": versioned("What test --list shows: the scenarios, and which of them would run.", {
    target: Text,
    order: Text,
    seed: Type.Optional(Type.Number()),
    scenarios: listOf({
      id: Text,
      name: Text,
      file: Text,
      assistant: Text,
      tags: Texts,
      owner: TextOrNull,
      turns: Count,
      runs: Flag,
      reason: TextOrNull,
    }),
  }),
  "test-sides": versioned("What test --targets and --models print: one side compared with the other.", {
    sides: Texts,
    scenarios: listOf({ id: Text, change: Text, p: orNull(Type.Number()) }),
  }),
  regrade: versioned("What stored results are by the scenarios of today.", {
    run: Text,
    results: Text,
    judged: Count,
    gone: Texts,
    asked: Count,
    cost: orNull(Type.Number()),
    counts: Type.Record(Text, Count),
  }),
  bless: versioned("What a baseline accepts.", {
    run: Text,
    target: Text,
    file: Text,
    written: Flag,
    scenarios: Type.Array(Type.Unknown()),
    drift: Type.Array(Type.Unknown()),
    not_accepted: listOf({ id: Text, reason: Text }),
  }),
  "mutate-list": versioned("What mutate --list shows: the changes for the worse that would be tried.", {
    target: Text,
    seed: Type.Number(),
    mutants: listOf({ kind: Text, assistants: Texts, file: Text, line: Count, what: Text }),
  }),
  "scenario-from": versioned("What scenario from-transcript, from-thread and from-run wrote, or would write.", {
    dry_run: Flag,
    scenarios: listOf({ file: Text, assistant: Text, turns: Count, calls: Count, expectations: Count }),
    declared: listOf({ file: Text }),
    problems: listOf({ code: Text, message: Text, hint: Type.Optional(Text), retryable: Flag }),
  }),
  migrate: versioned("What migrate wrote, or would write.", {
    dry_run: Flag,
    files: Texts,
    scenarios: Count,
    changed: SuiteRemarks,
    not_carried_over: SuiteRemarks,
  }),
  "migrate-in": versioned("What migrate-in stored, or would store.", {
    dry_run: Flag,
    database: Text,
    objects: Type.Record(Text, open({ already_there: Count }), { description: "Counts by kind." }),
    bytes: Count,
    not_kept: Remarks,
    notes: Remarks,
  }),
  "key-list": versioned("The API keys of a server, without their secrets.", {
    keys: listOf({ name: Text, project: TextOrNull, ending: Text, created_at: Text }),
  }),
  explain: versioned("What codes of problems mean, and what to do.", {
    codes: listOf({ code: Text, section: Text, meaning: Text, advice: Text }),
  }),
  examples: versioned("Files to copy.", {
    examples: listOf({ name: Text, file: Text, about: Text, page: Text, text: Text }),
  }),
} satisfies Record<string, TSchema>;
