import { bold, dim } from "yoctocolors";
import { main } from "../src/cli/main.ts";
import { wantsColor } from "../src/cli/output.ts";
import { createWorld } from "../src/cli/world.ts";

// `npm start`: shows a newcomer the two jobs of Playbill, with the assistants and scenarios of this repository, and what to try next.
const command = "npm run playbill --";
const world = { ...createWorld(), command: () => command };
const isColoured = wantsColor(world.stdout, world.env);
const print = (...lines: string[]) => world.stdout.write(`${lines.join("\n")}\n`);
const heading = (text: string) => (isColoured ? bold(text) : text);
const aside = (text: string) => (isColoured ? dim(text) : text);

/** Shows command lines under a title and runs each as if it had been typed; nothing runs after one that fails. */
async function show(title: string, lines: readonly string[]): Promise<void> {
  if (hasFailed()) return;
  print("", heading(title));
  for (const line of lines) {
    if (hasFailed()) return;
    print("", `$ ${command} ${line}`);
    process.exitCode = await main(line.split(" "), world);
  }
}

function hasFailed(): boolean {
  return process.exitCode !== undefined && process.exitCode !== 0;
}

print(
  heading("Playbill keeps AI assistants in Git and tests them with scripted conversations."),
  aside("No account, no network, no language model: the replies come from the scenarios."),
);
await show("1. Plan and sync: the API gets what the files declare, as with Terraform", ["sync --yes"]);
await show("2. Test: scripted conversations, every turn checked", ["test --deployed -v --id paris", "test --deployed"]);
if (!hasFailed()) {
  print(
    "",
    heading("Next:"),
    "  Edit assistants/companion.yaml, see what would change, and apply it:",
    ...["plan", "sync"].map((each) => `    ${command} ${each}`),
    "  Edit what scenarios/memory.yaml expects, see the test fail, and read the report:",
    ...["test --id memory", "report last --reporter html"].map((each) => `    ${command} ${each}`),
    "  Start a project of your own:",
    `    ${command} help tutorial`,
  );
}
