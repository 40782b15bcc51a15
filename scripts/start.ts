import { main } from "../src/cli/main.ts";
import { createWorld } from "../src/cli/world.ts";

// `npm start`: shows a newcomer what Playbill does with the assistants and scenarios of this repository.
const command = "npm run playbill --";
const world = { ...createWorld(), command: () => command };
const print = (...lines: string[]) => world.stdout.write(`${lines.join("\n")}\n`);

/** Runs a command line as if it had been typed; the first one that fails is the last. */
async function type(argv: string[]): Promise<void> {
  if (process.exitCode !== undefined && process.exitCode !== 0) return;
  print("", `$ ${command} ${argv.join(" ")}`);
  process.exitCode = await main(argv, world);
}

print(
  "Playbill keeps assistants in Git and tests them. No language model is asked here: the scenarios hold its words.",
);
await type(["sync", "--yes"]);
await type(["test", "--deployed", "-v", "--id", "paris"]);
await type(["test", "--deployed"]);
if (process.exitCode === 0) {
  print("", "Next:", ...["plan", "test -v", "state list"].map((each) => `  ${command} ${each}`));
}
