import { PassThrough, Readable } from "node:stream";
import { main } from "../../../src/cli/main.ts";
import type { Output } from "../../../src/cli/output.ts";
import type { World } from "../../../src/cli/world.ts";
import { printableOutput } from "../../../src/kit/terminal-text.ts";
import { createTestWorld, run, type Outcome, type TemporaryFolder, temporaryFolder } from "../run.ts";

/** What is waited for, and what is typed then. */
export type Step = readonly [shown: string, keys: string];

const one = (name: string, user: string, script: string) => ({
  [`scenarios/${name}.yaml`]: `assistant: support
tools: { "*": [{ return: {} }] }
turns: [{ user: "${user}", script: ${script}, expect: { reply: { words: { $lte: 9 } } } }]
`,
});

const files = {
  "playbill.yaml": "project: shop\nprices: { gpt-4o-mini: { input: 1000, output: 1000 } }\n",
  "assistants/support.yaml": "model: gpt-4o-mini\ntools: [{ function: lookup_order }, { function: cancel_order }]\n",
  "assistants/tools/lookup_order.yaml":
    "description: Look up one order.\nparameters: { type: object, properties: { id: { type: string } }, required: [id] }\nhandler: ./lookup_order.ts\n",
  "assistants/tools/lookup_order.ts":
    "export default ({ id }) => { if (id === 'A-9') throw new Error('the database is away \\u001b[31mred'); return { id, status: 'late', total: 22.8 }; };\n",
  "assistants/tools/cancel_order.yaml": "parameters: { type: object, properties: { id: { type: string } } }\n",
  "notes/order.txt": "A-1001\n",
  "notes/photo.png": "no picture",
  "scenarios/chat.yaml": `assistant: support
tools: { "*": [{ return: {} }] }
turns:
  - user: Where is A-1001?
    script:
      - { call: lookup_order, with: { id: A-1001 } }
      - say: "It is **\${{ tools.lookup_order.result.status }}** and costs \${{ tools.lookup_order.result.total }}. \\e[31mred"
    expect: { tools: [lookup_order] }
  - user: Cancel it.
    script:
      - { call: cancel_order, with: { id: A-1001 } }
      - say: >-
          \${{ has(tools.cancel_order.error) ? tools.cancel_order.error : "Cancelled " + string(tools.cancel_order.result.at) }}.
    expect: { tools: [cancel_order] }
  - user: Thanks!
    script: [{ say: Bye. }]
    expect: { tools: [] }
`,
  ...one("slow", "Think.", '[{ say: "Let me see.\\n\\nWell" }, { delay: 1h }, { say: Late. }]'),
  ...one("fault", "And A-9?", "[{ call: lookup_order, with: { id: A-9 } }, { say: Hm. }]"),
  ...one("lines", "One\\nTwo", "[{ say: Three. }]"),
  ...one("mail", "I am ana.lopez@mail.example, call +49 170 1234567", "[{ say: Noted. }]"),
  ...one("key", "My key is sk-secret-4711-abc", "[{ say: Keep sk-secret-4711-abc safe. }]"),
};

/** A project whose assistant answers what its scenarios say. */
export async function shop(more: Record<string, string> = {}): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries({ ...files, ...more })) await folder.write(path, text);
  return folder;
}

/** A chat whose lines are piped in. */
export function piped(
  cwd: string,
  lines: readonly string[],
  more: Partial<World> = {},
  ...argv: string[]
): Promise<Outcome> {
  const stdin = Readable.from([lines.map((line) => `${line}\n`).join("")]);
  return run(cwd, ["chat", "support", ...argv], { stdin, ...more });
}

/** A chat at a terminal: every step waits until something new is shown, and types then. `screen` is everything that was shown. */
export async function typed(
  cwd: string,
  steps: readonly Step[],
  env: Record<string, string> = {},
): Promise<{ exitCode: number; screen: string }> {
  const left = steps.values();
  let step = left.next().value;
  let [screen, read] = ["", 0];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  let interrupt = () => {};
  const show = (text: string) => {
    screen += text;
    const at = step === undefined ? -1 : screen.indexOf(step[0], read);
    if (step === undefined || at < 0) return;
    const [shown, keys] = step;
    read = at + shown.length;
    step = left.next().value;
    // Ctrl-C is a key in raw mode, and a signal else.
    setImmediate(() => {
      if (keys === "\u0003" && isCooked) return interrupt();
      // Where nothing is edited, the terminal itself shows what is typed.
      if (isCooked) screen += keys;
      stdin.write(keys);
    });
  };
  const isCooked = env.NO_COLOR !== undefined || env.TERM === "dumb";
  const output: Output = {
    command: () => {},
    live: null,
    write: (text) => show(printableOutput(text)),
    status: (line) => show(`\r\u001b[2K${line}`),
    isTTY: true,
    columns: 80,
  };
  const drawing = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  drawing.on("data", (data) => show(String(data)));
  const { world } = createTestWorld(cwd, {
    stdin,
    drawing,
    stdout: output,
    stderr: output,
    takeInterrupts(taker) {
      interrupt = taker;
      return () => {};
    },
  });
  const exitCode = await main(["chat", "support"], { ...world, env: { ...world.env, TERM: "xterm", ...env } });
  return { exitCode, screen };
}
