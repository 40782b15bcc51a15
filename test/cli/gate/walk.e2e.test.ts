import { cpSync, existsSync, globSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRandom } from "../../../src/kit/random.ts";
import { type Outcome, run, temporaryFolder } from "../run.ts";
import { type Clone, cloneSeed, startShell } from "../team/clone.ts";
import { type LiveAssistant, startTalkingServer } from "./server.ts";

// Two clones, one repository, one server whose model does what the instructions say. Prompts get worse, knowledge gets wrong, expectations
// change, gates are interrupted and killed, somebody edits at the server by hand. Whatever happens: what a command changed is what was tested
// and passed, or somebody said why; and what is good gets through.

/** What the files of a clone declare, as far as they are changed here. */
interface Declared {
  words: { bare: string; desk: string };
  notes: { bare: number; desk: number };
  /** The description of the tool of both. */
  tool: number;
  page: string;
  /** What the scenarios expect. */
  expected: string;
  said: number;
}

const names = ["bare", "desk"] as const;
const healthy = (number: number): Declared => ({
  words: { bare: "hello", desk: "hello" },
  notes: { bare: number, desk: number },
  tool: number,
  page: `rule-${number}-right.md`,
  expected: "hello",
  said: number,
});

const instructionsOf = ({ words, notes }: Declared, name: (typeof names)[number]) =>
  `Say ${words[name]}. Note ${notes[name]}.`;

/** Whether an assistant does what its scenario expects. */
const isGood = (declared: Declared, name: (typeof names)[number]) =>
  declared.words[name] === declared.expected && (name === "bare" || !declared.page.includes("wrong"));

function filesOf(declared: Declared): Record<string, string> {
  const assistant = (name: (typeof names)[number], more = "") =>
    `model: m\ninstructions: ${instructionsOf(declared, name)}\ntemperature: 0.5\ntools: [{ function: look }${more}]\n`;
  const scenario = (name: string) =>
    `assistant: ${name}\nturns: [{ user: hi ${declared.said}, expect: { reply: { contains: ${declared.expected}, not_contains: wrong } } }]\n`;
  return {
    "declared.json": JSON.stringify(declared),
    "assistants/bare.yaml": assistant("bare"),
    "assistants/desk.yaml": assistant("desk", ", { file_search: { vector_store: handbook } }"),
    "assistants/tools/look.yaml": `description: Looks ${declared.tool}.\nparameters: { type: object }\n`,
    "assistants/vector_stores/handbook.yaml": `files: ["../pages/${declared.page}"]\n`,
    [`assistants/pages/${declared.page}`]: `This rule is ${declared.page.includes("wrong") ? "wrong" : "right"}.\n`,
    "scenarios/bare.yaml": scenario("bare"),
    "scenarios/desk.yaml": scenario("desk"),
  };
}

/** How an assistant behaves, for comparison. */
const behaviourOf = ({ instructions, temperature, tools, pages }: LiveAssistant) =>
  JSON.stringify([instructions, temperature, tools, pages.toSorted()]);

const declaredBehaviour = (declared: Declared, name: (typeof names)[number]) =>
  JSON.stringify([
    instructionsOf(declared, name),
    0.5,
    [`Looks ${declared.tool}.`],
    name === "desk" ? [declared.page] : [],
  ]);

test.each([5])("nothing red is applied, and nothing green is blocked: seed %i", async (seed) => {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const server = await startTalkingServer();
  const shell = startShell();
  const story: string[] = [];
  let counter = 0;

  const write = async (at: string, declared: Declared): Promise<void> => {
    rmSync(join(folder.path, at, "assistants"), { recursive: true, force: true });
    for (const [file, text] of Object.entries(filesOf(declared))) await folder.write(join(at, file), text);
  };
  await folder.write("seed/.gitignore", ".playbill/*\n!.playbill/locks/\n!.playbill/evidence/\n");
  const target = `{ api: assistants, base_url: "${server.url}/v1", api_key: none }`;
  await folder.write("seed/playbill.yaml", `project: desk\ntargets: { prod: ${target} }\n`);
  await write("seed", healthy(0));
  const clones = await cloneSeed(folder.path, shell);

  const declaredIn = ({ path }: Clone) => JSON.parse(readFileSync(join(path, "declared.json"), "utf8")) as Declared;

  const commit = async ({ git }: Clone, message: string) => {
    await git("add", "--all");
    await git("commit", "--quiet", "--allow-empty", "-m", message);
  };

  /** The scenarios that passed with what a proof names, as the evidence of a clone has it. */
  const passedBy = ({ path }: Clone, proof: string): string[] => {
    const file = join(path, ".playbill/evidence", `${proof.replace("tested:", "")}.json`);
    if (!existsSync(file)) return [];
    const { targets } = JSON.parse(readFileSync(file, "utf8")) as {
      targets: { prod?: { scenarios: Record<string, { status: string }> } };
    };
    const { scenarios = {} } = targets.prod ?? {};
    return Object.entries(scenarios).flatMap(([id, { status }]) => (status === "passed" ? [id] : []));
  };

  /** Runs a command and looks at all that it changed at the server. */
  const playbill = async (clone: Clone, argv: string[], more: Parameters<typeof run>[2] = {}): Promise<Outcome> => {
    const before = await server.live();
    const outcome = await run(clone.path, argv, more);
    story.push(`${clone.path.at(-1)} ${argv.join(" ")}: ${outcome.exitCode}`);
    await holds(clone, argv, before, outcome);
    return outcome;
  };
  const holds = async (
    clone: Clone,
    argv: string[],
    before: ReadonlyMap<string, LiveAssistant>,
    { output, exitCode }: Outcome,
  ) => {
    const declared = declaredIn(clone);
    for (const name of names) {
      const [was, is] = [before.get(name), (await server.live()).get(name)];
      if (is === undefined || (was !== undefined && behaviourOf(was) === behaviourOf(is))) continue;
      const tell = `${story.join("\n")}\n${output}\n${name}: ${was && behaviourOf(was)} -> ${behaviourOf(is)} by ${is.proofs.join(" ")}`;
      if (is.proofs.some((proof) => proof.startsWith("untested:"))) {
        if (argv.includes("--allow-untested")) continue;
      }
      expect(
        is.proofs.some((proof) => passedBy(clone, proof).includes(name)),
        tell,
      ).toBe(true);
      if (argv[0] === "rollback") continue;
      expect(isGood(declared, name), tell).toBe(true);
      if (exitCode === 0) expect(behaviourOf(is), tell).toBe(declaredBehaviour(declared, name));
    }
  };

  const gate = ["sync", "--gate", "--yes", "--prune", "--allow-deletes", "9"];
  const pull = async (clone: Clone) => {
    await clone.git("reset", "--quiet", "--hard");
    await clone.git("fetch", "--quiet", "origin");
    const side = pick(["ours", "theirs"]);
    // Of what both changed, one side's files win altogether, so that they fit one another.
    await clone.git("merge", "--quiet", "--no-edit", "-X", side, "origin/main").catch(async () => {
      await clone.git("checkout", `--${side}`, "--", ".").catch(() => "");
      await clone.git("add", "--all");
      await clone.git("commit", "--quiet", "-m", "merge");
    });
    await write(clone.path.at(-1)!, declaredIn(clone));
    await commit(clone, "merged");
  };
  const push = (clone: Clone) =>
    clone.git("push", "--quiet", "origin", "main").catch(() => void story.push(`${clone.path.at(-1)} push rejected`));

  const steps: Record<string, (clone: Clone) => Promise<unknown>> = {
    async edit(clone) {
      counter += 1;
      const declared = declaredIn(clone);
      const name = pick(names);
      const verdict = random() < 0.3 ? "wrong" : "right";
      const edits: Partial<Declared>[] = [
        {
          words: { ...declared.words, [name]: random() < 0.3 ? "goodbye" : "hello" },
          notes: { ...declared.notes, [name]: counter },
        },
        { tool: counter },
        { page: `rule-${counter}-${verdict}.md` },
        { said: counter },
        { expected: random() < 0.8 ? "hello" : "goodbye" },
      ];
      const edit = pick(edits);
      story.push(JSON.stringify(edit));
      await write(clone.path.at(-1)!, { ...declared, ...edit });
      await commit(clone, "edit");
    },
    async merge(clone) {
      await pull(clone);
      await push(clone);
    },
    async test(clone) {
      await playbill(clone, ["test"]);
      await commit(clone, "evidence");
    },
    async gate(clone) {
      const take = random() < 0.7 ? [] : ["--take", pick(["ours", "theirs"]), "*"];
      await playbill(clone, [...gate, ...take]);
      await commit(clone, "gate");
      if (random() < 0.7) await push(clone);
    },
    async required(clone) {
      const reason = random() < 0.4 ? ["--allow-untested", `urgent ${counter}`] : [];
      await playbill(clone, ["sync", "--require-tested", "--yes", ...reason]);
      await commit(clone, "required");
    },
    async rollback(clone) {
      await playbill(clone, ["rollback", "--require-tested", "--yes"]);
      await commit(clone, "rollback");
    },
    async interrupt(clone) {
      const stop = new AbortController();
      server.cutAfter(1 + Math.floor(random() * 20), () => stop.abort(new Error("stopped")), { isDead: false });
      await playbill(clone, gate, { signal: stop.signal });
      server.connect();
      await commit(clone, "interrupted");
    },
    async kill(clone) {
      const stop = new AbortController();
      const kept = join(folder.path, "kept");
      const state = join(clone.path, ".playbill");
      let isKilled = false;
      const kill = () => {
        isKilled = true;
        rmSync(kept, { recursive: true, force: true });
        if (existsSync(state)) cpSync(state, kept, { recursive: true });
        stop.abort(new Error("killed"));
      };
      server.cutAfter(1 + Math.floor(random() * 20), kill, { isDead: true });
      await playbill(clone, gate, { signal: stop.signal });
      server.connect();
      if (!isKilled) return;
      // The dead write no files.
      story.push("killed");
      rmSync(state, { recursive: true, force: true });
      if (existsSync(kept)) cpSync(kept, state, { recursive: true });
      rmSync(join(state, "prod.busy"), { force: true });
      // Nor do they have a process.
      for (const note of globSync(join(state, "prod.sessions/*.json"))) {
        writeFileSync(note, readFileSync(note, "utf8").replace(`"pid":${process.pid}`, `"pid":${2 ** 30}`));
      }
      await commit(clone, "killed");
    },
    async hand() {
      const all = [...(await server.live()).values()];
      if (all.length === 0) return;
      counter += 1;
      const { id } = pick(all);
      const edit = pick([{ instructions: `Say nothing ${counter}.` }, { temperature: 0.9 }]);
      story.push(`by hand: ${JSON.stringify(edit)}`);
      await server.edit(id, edit);
    },
    /** Somebody repairs the files: they get through. */
    async repair(clone) {
      counter += 1;
      // What was killed in a clone is known there only, for a while: its next run collects it.
      for (const { path } of clones) {
        if (globSync(join(path, ".playbill/prod.sessions/*.json")).length > 0) await run(path, ["test"]);
      }
      await pull(clone);
      await write(clone.path.at(-1)!, healthy(counter));
      await commit(clone, "repair");
      const done = await playbill(clone, [...gate, "--take", "ours", "*"]);
      const tell = () => `${story.join("\n")}\n${done.output}`;
      expect(done.exitCode, tell()).toBe(0);
      const live = await server.live();
      for (const name of names)
        expect(behaviourOf(live.get(name)!), tell()).toBe(declaredBehaviour(declaredIn(clone), name));
      // Nothing of a test is left. A file has no marker: one of a lock that was never pushed is nobody's.
      expect((await server.counts()).slice(0, 2), tell()).toEqual([2, 1]);
      expect((await run(clone.path, ["plan", "--expect-no-changes"])).exitCode, tell()).toBe(0);
      await commit(clone, "repaired");
      await push(clone);
    },
  };
  const weights = "edit edit edit edit merge test gate gate gate required rollback interrupt kill kill hand repair";

  for (let step = 0; step < 24; step += 1) {
    const name = pick(weights.split(" "));
    const clone = pick(clones);
    story.push(`-- ${step} ${clone.path.at(-1)} ${name}`);
    await steps[name]!(clone);
  }
  await steps["repair"]!(clones[0]!);
  expect(readdirSync(join(clones[0]!.path, ".playbill/evidence")).length).toBeGreaterThan(0);
});
