/** The end of the help of a command. */
interface CommandHelp {
  /** The page of docs/ with more about it, without its extension. */
  page: string;
  /** Command lines without the program's name, each with what it is for. */
  examples: readonly (readonly [line: string, purpose: string])[];
}

/** By the words typed after the program's name. A test checks that every command is here and that every line can be parsed. */
export const commandHelp: Readonly<Record<string, CommandHelp>> = {
  init: {
    page: "init",
    examples: [
      ["init support-desk", "a project in a new folder; on a terminal, asks what it starts with"],
      ["init support-desk --template knowledge", "an assistant that searches files, with scenarios that check it"],
      ["init support-desk --from https://proxy.example/openai/v1", "for the assistants of a server"],
      ["init --skill", "SKILL.md for coding agents, in the current project"],
      ["init --update", "new schemas for editors after an upgrade of Playbill"],
      ["init --ci-shards 4", "CI that runs the suite in four jobs, in the current project"],
    ],
  },
  validate: {
    page: "problems",
    examples: [
      ["validate", "all files, offline"],
      ["validate --target prod --json", "also check what the target needs; JSON output"],
    ],
  },
  plan: {
    page: "sync",
    examples: [
      ["plan", "what sync would change"],
      ["plan --target prod --out release.plan", "a plan to review and apply later"],
      ["plan --format markdown", "for a comment in a pull request"],
      ["plan --expect-no-changes", "a scheduled check for edits at the target"],
    ],
  },
  sync: {
    page: "sync",
    examples: [
      ["sync", "show the plan, ask, apply it"],
      ["sync release.plan", "apply exactly the reviewed plan"],
      ["sync --gate --yes", "run the affected scenarios first; apply only if they pass"],
      ["sync assistant.weather --take ours assistant.weather", "overwrite an edit made at the target with the files"],
    ],
  },
  destroy: { page: "sync", examples: [["destroy --target staging", "delete everything this project owns there"]] },
  restore: {
    page: "sync",
    examples: [
      ["restore --list", "list the snapshots"],
      ["restore --yes 2026-11-26T12-00-00-000Z.assistant.weather.json", "restore one object"],
    ],
  },
  rollback: {
    page: "sync",
    examples: [
      ["rollback", "back to the state before the last sync"],
      ["rollback assistant.weather --to v1.4.0", "one assistant, as declared at a tag"],
    ],
  },
  bundle: {
    page: "responses",
    examples: [
      ["bundle --target prod", "what sync published, and manual edits"],
      ["bundle --types", "TypeScript declarations for the file"],
    ],
  },
  models: { page: "sync", examples: [["models --json", "models and their shutdown dates"]] },
  state: { page: "sync", examples: [["state list", "what this project owns at the target"]] },
  "state list": { page: "sync", examples: [["state list --json", "for a program"]] },
  "state show": {
    page: "sync",
    examples: [["state show assistant.weather", "its lock entry and its current state"]],
  },
  "state mv": {
    page: "sync",
    examples: [["state mv assistant.weather assistant.forecast", "after renaming the file"]],
  },
  "state rm": { page: "sync", examples: [["state rm assistant.weather", "forget it without deleting it"]] },
  "state unprotect": { page: "sync", examples: [["state unprotect assistant.weather", "allow sync to delete it"]] },
  "state dedupe": { page: "sync", examples: [["state dedupe", "delete the newer of two objects with one address"]] },
  "state rebuild": { page: "sync", examples: [["state rebuild", "after the lock was lost"]] },
  import: {
    page: "import",
    examples: [
      ["import assistant.support asst_abc123", "one assistant, with its files and tools"],
      ["import --all --dry-run", "what would be written for all objects"],
      ["import --from backup.json", "from an export; contacts no target"],
    ],
  },
  pull: { page: "import", examples: [["pull assistant.support", "write an edit made at the target into the YAML"]] },
  fingerprint: {
    page: "gate",
    examples: [
      ["fingerprint assistant.weather", "what determines its behaviour"],
      ["fingerprint --diff main .", "what differs between main and the files"],
    ],
  },
  evidence: { page: "gate", examples: [["evidence add evidence", "evidence that a CI job stored"]] },
  "evidence add": { page: "gate", examples: [["evidence add evidence", "evidence that a CI job stored"]] },
  test: {
    page: "running",
    examples: [
      ["test", "all scenarios"],
      ["test scenarios/refunds --watch", "a folder, rerun after every change"],
      ["test --affected main", "only what a branch affects"],
      ["test --target prod --repeat 5 --budget 2.50", "a live model, five times each, within 2.50 dollars"],
      ["test --last-failed -v", "what failed last, with the conversations"],
      ["test --reporter list --reporter junit=junit.xml", "for people, and for CI"],
    ],
  },
  regrade: { page: "running", examples: [["regrade last", "after correcting an expectation"]] },
  bless: { page: "statistics", examples: [["bless last", "compare later runs with it"]] },
  ui: { page: "ui", examples: [["ui --port 4000", "a live report while you edit"]] },
  chat: { page: "chat", examples: [["chat support", "chat with it; /save writes a scenario"]] },
  report: { page: "reports", examples: [["report last --reporter html", "the last run as an HTML page"]] },
  merge: {
    page: "reports",
    examples: [["merge 1.blob 2.blob --reporter list", "merge the shards of a suite into one run"]],
  },
  coverage: { page: "coverage", examples: [["coverage last --fail-under 80", "what no scenario covers"]] },
  mutate: { page: "coverage", examples: [["mutate --list", "list the possible mutants"]] },
  scenario: {
    page: "from-real-life",
    examples: [["scenario from-thread thread_abc123", "turn a real conversation into a test"]],
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
  migrate: {
    page: "migrate-suites",
    examples: [["migrate promptfoo promptfooconfig.yaml", "convert a promptfoo suite"]],
  },
  "migrate evals": {
    page: "migrate-suites",
    examples: [["migrate evals eval.json data.jsonl", "convert a hosted eval"]],
  },
  "migrate promptfoo": {
    page: "migrate-suites",
    examples: [["migrate promptfoo promptfooconfig.yaml --dry-run", "what would be written"]],
  },
  "migrate-in": {
    page: "migrate",
    examples: [
      ["migrate-in export --db assistants.db --dry-run", "what would be moved and what cannot be kept"],
      ["migrate-in export --db assistants.db", "move it; run it again if it was interrupted"],
    ],
  },
  serve: {
    page: "server",
    examples: [
      ["serve --db playbill.db", "the API on http://127.0.0.1:8787, stored in a file"],
      ["serve --model openai --upstream-base-url http://127.0.0.1:11434/v1", "with a real model"],
    ],
  },
  key: {
    page: "server",
    examples: [
      ["key new billing-app --project billing --api-keys keys.json", "print a new key once; only its hash is stored"],
    ],
  },
  "key new": {
    page: "server",
    examples: [["key new billing-app --project billing --api-keys keys.json", "a key for serve --api-keys keys.json"]],
  },
  "key list": { page: "server", examples: [["key list --api-keys keys.json", "names and projects"]] },
  "key revoke": {
    page: "server",
    examples: [["key revoke billing-app --api-keys keys.json", "running servers refuse it within a second"]],
  },
  backup: { page: "deploy", examples: [["backup kept.db --db playbill.db", "while serve is running"]] },
  help: {
    page: "help",
    examples: [
      ["help sync", "the options of a command"],
      ["help gate", "a documentation page"],
    ],
  },
  explain: { page: "problems", examples: [["explain unknown_key", "what a code means and what to do"]] },
  schema: { page: "help", examples: [["schema scenario", "the JSON Schema of scenario files"]] },
  examples: { page: "help", examples: [["examples greetings", "an example file to copy"]] },
  completion: {
    page: "help",
    examples: [["completion bash", "a script to source in ~/.bashrc"]],
  },
};
