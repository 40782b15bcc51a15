/** What the help of a command ends with. */
interface CommandHelp {
  /** The page of docs/ that says more, without its ending. */
  page: string;
  /** Command lines without the program's name, each with what it is for. */
  examples: readonly (readonly [line: string, purpose: string])[];
}

/** By what one types, without the program's name. A test holds that every command is here, and that every line can be parsed. */
export const commandHelp: Readonly<Record<string, CommandHelp>> = {
  init: {
    page: "tutorial",
    examples: [
      ["init support-desk", "a project in a new folder"],
      ["init --ci-shards 4", "CI that runs the suite in four jobs, in the project that is here"],
    ],
  },
  validate: {
    page: "problems",
    examples: [
      ["validate", "all files, offline"],
      ["validate --target prod --json", "with what the target needs, as JSON"],
    ],
  },
  plan: {
    page: "sync",
    examples: [
      ["plan", "what sync would change"],
      ["plan --target prod --out release.plan", "a plan to review, and to apply later"],
      ["plan --format markdown", "for a comment in a pull request"],
      ["plan --expect-no-changes", "a scheduled check that nobody edited the target"],
    ],
  },
  sync: {
    page: "sync",
    examples: [
      ["sync", "show the plan, ask, apply it"],
      ["sync release.plan", "apply exactly what was reviewed"],
      ["sync --gate --yes", "run the scenarios of what changes first; apply only when they pass"],
      ["sync assistant.weather --take ours assistant.weather", "the files win over an edit at the target"],
    ],
  },
  destroy: { page: "sync", examples: [["destroy --target staging", "delete what this project owns there"]] },
  restore: {
    page: "sync",
    examples: [
      ["restore --list", "the snapshots that there are"],
      ["restore --yes 2026-11-26T12-00-00-000Z.assistant.weather.json", "put one object back"],
    ],
  },
  rollback: {
    page: "sync",
    examples: [
      ["rollback", "to what was synced before the last sync"],
      ["rollback assistant.weather --to v1.4.0", "one assistant, as a tag declares it"],
    ],
  },
  bundle: {
    page: "responses",
    examples: [
      ["bundle --target prod", "what sync published, and what was edited by hand"],
      ["bundle --types", "TypeScript declarations for the file"],
    ],
  },
  models: { page: "sync", examples: [["models --json", "models, and when they are shut down"]] },
  state: { page: "sync", examples: [["state list", "what this project owns at the target"]] },
  "state list": { page: "sync", examples: [["state list --json", "for a program"]] },
  "state show": {
    page: "sync",
    examples: [["state show assistant.weather", "what is known of it, and how it is now"]],
  },
  "state mv": {
    page: "sync",
    examples: [["state mv assistant.weather assistant.forecast", "after renaming the file"]],
  },
  "state rm": { page: "sync", examples: [["state rm assistant.weather", "forget it; it stays at the target"]] },
  "state unprotect": { page: "sync", examples: [["state unprotect assistant.weather", "so that it may be deleted"]] },
  "state dedupe": { page: "sync", examples: [["state dedupe", "delete the younger of two with one address"]] },
  "state rebuild": { page: "sync", examples: [["state rebuild", "after the lock was lost"]] },
  import: {
    page: "import",
    examples: [
      ["import assistant.support asst_abc123", "one assistant, with its files and tools"],
      ["import --all --dry-run", "what would be written for all of them"],
      ["import --from backup.json", "an export; contacts no target"],
    ],
  },
  pull: { page: "import", examples: [["pull assistant.support", "an edit at the target becomes YAML"]] },
  fingerprint: {
    page: "gate",
    examples: [
      ["fingerprint assistant.weather", "what decides how it behaves"],
      ["fingerprint --diff main .", "what differs between main and the files"],
    ],
  },
  evidence: { page: "gate", examples: [["evidence add evidence", "what a job kept"]] },
  "evidence add": { page: "gate", examples: [["evidence add evidence", "what a job kept"]] },
  test: {
    page: "running",
    examples: [
      ["test", "all scenarios"],
      ["test scenarios/refunds --watch", "a folder, again at every change"],
      ["test --affected main", "only what a branch touches"],
      ["test --target prod --repeat 5 --budget 2.50", "a live model, five times each, within 2.50 dollars"],
      ["test --last-failed -v", "what failed, with the conversations"],
      ["test --reporter list --reporter junit=junit.xml", "for people, and for CI"],
    ],
  },
  regrade: { page: "running", examples: [["regrade last", "after an expectation was corrected"]] },
  bless: { page: "statistics", examples: [["bless last", "later runs are compared with it"]] },
  ui: { page: "ui", examples: [["ui --port 4000", "the report, live, while you write"]] },
  chat: { page: "chat", examples: [["chat support", "talk to it; /save writes a scenario"]] },
  report: { page: "reports", examples: [["report last --reporter html", "the last run as a page"]] },
  merge: { page: "reports", examples: [["merge 1.blob 2.blob --reporter list", "the shards of a suite as one run"]] },
  coverage: { page: "coverage", examples: [["coverage last --fail-under 80", "what no scenario reached"]] },
  mutate: { page: "coverage", examples: [["mutate --list", "what could be made worse"]] },
  scenario: {
    page: "from-real-life",
    examples: [["scenario from-thread thread_abc123", "a conversation that took place becomes a test"]],
  },
  "scenario from-transcript": {
    page: "from-real-life",
    examples: [["scenario from-transcript conversations.jsonl --dry-run", "what would be written"]],
  },
  "scenario from-thread": {
    page: "from-real-life",
    examples: [["scenario from-thread thread_abc123 --target prod", "a thread at a target"]],
  },
  "scenario from-run": {
    page: "from-real-life",
    examples: [["scenario from-run last paris", "a conversation of the last run"]],
  },
  migrate: { page: "migrate-suites", examples: [["migrate promptfoo promptfooconfig.yaml", "a suite of promptfoo"]] },
  "migrate evals": { page: "migrate-suites", examples: [["migrate evals eval.json data.jsonl", "a hosted eval"]] },
  "migrate promptfoo": {
    page: "migrate-suites",
    examples: [["migrate promptfoo promptfooconfig.yaml --dry-run", "what would be written"]],
  },
  "migrate-in": {
    page: "migrate",
    examples: [
      ["migrate-in export --db assistants.db --dry-run", "what would be moved, and what cannot be kept"],
      ["migrate-in export --db assistants.db", "move it in; repeat it when it was stopped"],
    ],
  },
  serve: {
    page: "server",
    examples: [
      ["serve --db playbill.db", "the API on http://127.0.0.1:8787, kept in a file"],
      ["serve --model openai --upstream-base-url http://127.0.0.1:11434/v1", "a real model answers"],
    ],
  },
  key: {
    page: "server",
    examples: [["key new billing-app --project billing --api-keys keys.json", "printed once; its hash is kept"]],
  },
  "key new": {
    page: "server",
    examples: [["key new billing-app --project billing --api-keys keys.json", "for serve --api-keys keys.json"]],
  },
  "key list": { page: "server", examples: [["key list --api-keys keys.json", "names and projects"]] },
  "key revoke": {
    page: "server",
    examples: [["key revoke billing-app --api-keys keys.json", "servers that run refuse it within a second"]],
  },
  backup: { page: "deploy", examples: [["backup kept.db --db playbill.db", "while serve uses it"]] },
  help: {
    page: "help",
    examples: [
      ["help sync", "the options of a command"],
      ["help gate", "a page of the documentation"],
    ],
  },
  explain: { page: "problems", examples: [["explain unknown_key", "what a code means, and what to do"]] },
  schema: { page: "help", examples: [["schema scenario", "the JSON Schema of scenario files"]] },
  examples: { page: "help", examples: [["examples greetings", "a file that does one thing, to copy"]] },
  completion: {
    page: "help",
    examples: [["completion bash", "a script to source in ~/.bashrc"]],
  },
};
