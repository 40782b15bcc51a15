import { commandSchemas } from "../../src/cli/output-schemas.ts";
import { createCompiler } from "../../src/schema/compiler.ts";

type Name = keyof typeof commandSchemas;

/** The published schemas of what each command with --json prints; problems are printed by their own. */
export const printedBy: Record<string, readonly Name[]> = {
  validate: ["validate"],
  plan: ["plan"],
  sync: ["applied"],
  destroy: ["applied"],
  restore: ["applied", "restore-list"],
  rollback: ["applied"],
  bundle: ["bundle"],
  models: ["models"],
  "state list": ["state-list"],
  import: ["import"],
  pull: ["pull"],
  fingerprint: ["fingerprint"],
  test: ["results", "test-list", "test-sides"],
  regrade: ["regrade"],
  bless: ["bless"],
  report: ["results"],
  merge: ["results"],
  coverage: ["coverage"],
  mutate: ["mutation", "mutate-list"],
  "scenario from-transcript": ["scenario-from"],
  "scenario from-thread": ["scenario-from"],
  "scenario from-run": ["scenario-from"],
  "migrate evals": ["migrate"],
  "migrate promptfoo": ["migrate"],
  "migrate-in": ["migrate-in"],
  "key list": ["key-list"],
  explain: ["explain"],
  examples: ["examples"],
};

const compiled = new Map<Name, ReturnType<ReturnType<typeof createCompiler>["compile"]>>();

function fitsOf(name: Name) {
  const known = compiled.get(name) ?? createCompiler({}).compile(commandSchemas[name]);
  compiled.set(name, known);
  return known;
}

/** Throws when a command line with --json printed a document that none of its schemas describes. */
export function holdToSchema(argv: readonly string[], stdout: string): void {
  const command = [2, 1].map((count) => argv.slice(0, count).join(" ")).find((words) => words in printedBy);
  if (command === undefined || !argv.includes("--json") || stdout === "") return;
  const document: unknown = JSON.parse(stdout);
  const faults = [...(printedBy[command] ?? []), "problems" as const].map((name) => {
    const fits = fitsOf(name);
    return fits(document) ? null : `${name}: ${JSON.stringify(fits.errors)}`;
  });
  if (faults.includes(null)) return;
  throw new Error(`${argv.join(" ")} printed what no published schema describes:\n${faults.join("\n")}\n${stdout}`);
}
