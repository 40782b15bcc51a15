import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRandom } from "../../../src/kit/random.ts";
import { type Outcome, run, temporaryFolder } from "../run.ts";
import { type Clone, cloneSeed, startShell } from "./clone.ts";
import { type Live, startSharedServer } from "./server.ts";
import { times } from "../../times.ts";

// Two people with a clone each, one repository, one server. They edit, merge and sync; pushes of locks get lost, jobs are killed, and somebody
// edits at the server by hand. Whatever happens: no object is there twice, no edit is lost unasked, and every refusal prints a way out.

const lockFile = ".playbill/locks/prod.json";
const addressOf = ({ metadata }: Live) => metadata["playbill.owner"]?.split("/")[2] ?? "";

/** Commands and flags that a refusal prints, as they would be typed. */
function waysOut(output: string): string[][] {
  const commands = [...output.matchAll(/playbill (state dedupe \S+ --target \S+|state rebuild)/g)];
  const flags = [...output.matchAll(/(--take (?:ours|theirs) \S+|--allow-(?:missing|deletes) \d+)/g)];
  return [
    ...commands.map(([, command]) => command!.split(" ")),
    ...flags.map(([, flag]) => `sync --yes ${flag}`.split(" ")),
    ...(output.includes("git pull") ? [["pull"]] : []),
  ];
}

test.each(Array.from({ length: times(1) }, (_, index) => index + 1))(
  "two clones, one repository, one server: many steps of seed %i",
  { timeout: 240_000 },
  async (seed) => {
    const random = createRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    const folder = await temporaryFolder();
    onTestFinished(() => folder[Symbol.asyncDispose]());
    const server = await startSharedServer();
    await folder.write("seed/.gitignore", ".playbill/*\n!.playbill/locks/\n");
    await folder.write(
      "seed/playbill.yaml",
      `project: desk\ntargets:\n  prod: { api: assistants, base_url: "${server.url}/v1" }\n`,
    );
    const shell = startShell();
    const clones = await cloneSeed(folder.path, shell);

    let counter = 0;
    /** Edits by hand that nobody has decided about: object and text. */
    const edits = new Map<string, string>();
    const story: string[] = [];

    /** Runs a command; afterwards no edit by hand is gone, and nothing that a commit wrote which this clone does not have. */
    const playbill = async (clone: Clone, argv: string[]): Promise<Outcome> => {
      const before = new Map((await server.list()).map((live) => [live.id, live]));
      const outcome = await run(clone.path, argv);
      story.push(`${clone.path.at(-1)} ${argv.join(" ")}: ${outcome.exitCode}`);
      await holds(clone, argv, before, outcome);
      return outcome;
    };
    const holds = async (clone: Clone, argv: string[], before: ReadonlyMap<string, Live>, { output }: Outcome) => {
      const taken = new Set(argv.filter((_, index) => argv[index - 1] === "ours"));
      const after = new Map((await server.list()).map((live) => [live.id, live]));
      const tell = `${story.join("\n")}\n${output}`;
      for (const [id, text] of edits) {
        const was = before.get(id);
        if (was !== undefined && taken.has(addressOf(was))) edits.delete(id);
        else expect(after.get(id)?.description, tell).toBe(text);
      }
      for (const [id, was] of before) {
        const isKept = after.get(id)?.description === was.description;
        if (isKept || argv[0] === "state" || taken.has(addressOf(was)) || !was.description?.startsWith("files"))
          continue;
        const commits = await clone.git("log", "--oneline", "-S", `description: ${was.description}\n`, "HEAD");
        expect(commits, `${addressOf(was)} ${was.description}\n${tell}`).not.toBe("");
      }
    };

    const publishLock = async (clone: Clone) => {
      if ((await clone.git("status", "--porcelain", "--", ".playbill")) === "") return;
      await clone.git("add", "--all", ".playbill");
      await clone.git("commit", "--quiet", "-m", "lock");
      await push(clone);
    };
    const push = async (clone: Clone) => {
      try {
        await clone.git("push", "--quiet", "origin", "main");
      } catch {
        story.push(`${clone.path.at(-1)} push rejected`);
      }
    };
    /** Merges what is published; where both changed one line, either side. */
    const pull = async (clone: Clone) => {
      await clone.git("fetch", "--quiet", "origin");
      if (existsSync(join(clone.path, lockFile))) await clone.git("checkout", "--quiet", "HEAD", "--", ".");
      await clone.git("clean", "-fdq", "--", ".playbill/locks");
      try {
        await clone.git("merge", "--quiet", "--no-edit", "-X", pick(["ours", "theirs"]), "origin/main");
      } catch {
        // One side removed what the other changed.
        const lines = (await clone.git("status", "--porcelain")).split("\n");
        for (const line of lines.filter((each) => /^(DU|UD|AA|UU)/.test(each))) {
          const file = line.slice(3);
          if (line.startsWith("DU") || line.startsWith("UD"))
            await clone.git("rm", "--quiet", "--cached", "--force", file);
          rmSync(join(clone.path, file), { force: true });
        }
        await clone.git("add", "--all");
        await clone.git("commit", "--quiet", "-m", "merge");
      }
    };
    /** Discards what a job left behind in its checkout. */
    const discard = async (clone: Clone) => {
      await clone.git("reset", "--quiet", "--hard");
      await clone.git("clean", "-fdq", "--", ".playbill/locks");
    };

    /** Syncs, and follows what refusals print until it is done. */
    const syncThrough = async (clone: Clone) => {
      const begin = ["sync", "--yes", ...(random() < 0.5 ? ["--prune"] : [])];
      /** What was said so far, by address or flag. */
      const said = new Map<string, string[]>();
      let hasPulled = false;
      for (let tries = 0; ; tries += 1) {
        const { exitCode, output } = await playbill(clone, [...begin, ...[...said.values()].flat()]);
        if (exitCode === 0) return;
        const tell = `${story.join("\n")}\n${output}`;
        expect(tries, tell).toBeLessThan(12);
        const ways = waysOut(output).filter(([command]) => command !== "pull" || !hasPulled);
        expect(ways.length, tell).toBeGreaterThan(0);
        const way = ways.find(([command]) => command === "state" || command === "pull") ?? pick(ways);
        if (way[0] === "pull") {
          hasPulled = true;
          await pull(clone);
        } else if (way[0] === "state") {
          expect((await playbill(clone, way)).exitCode, story.join("\n")).toBe(0);
        } else said.set(way.at(-1)!, way.slice(2));
      }
    };

    const isOnce = async (tell: () => string) => {
      const addresses = (await server.list()).map(addressOf);
      expect(new Set(addresses).size, `${addresses.join(", ")}\n${tell()}`).toBe(addresses.length);
    };

    const steps: Record<string, (clone: Clone) => Promise<void>> = {
      edit: async ({ path, git }) => {
        const file = join(path, "assistants", `${pick(["one", "two", "three", "four"])}.yaml`);
        const isThere = existsSync(file);
        if (isThere && random() < 0.15) rmSync(file);
        else {
          counter += 1;
          if (!existsSync(join(path, "assistants"))) mkdirSync(join(path, "assistants"));
          const more = random() < 0.5 ? `temperature: ${Math.round(random() * 20) / 10}\n` : "";
          writeFileSync(
            file,
            `model: gpt-4o\ndescription: files ${counter}\ninstructions: Be number ${counter}.\n${more}`,
          );
        }
        await git("add", "--all", "assistants");
        await git("commit", "--quiet", "--allow-empty", "-m", "edit");
      },
      merge: async (clone) => {
        await pull(clone);
        await push(clone);
      },
      sync: async (clone) => {
        await syncThrough(clone);
        if (random() < 0.35) {
          story.push(`${clone.path.at(-1)} loses its lock`);
          await discard(clone);
        } else await publishLock(clone);
        await isOnce(() => story.join("\n"));
      },
      kill: async (clone) => {
        await steps["edit"]!(clone);
        const file = join(clone.path, lockFile);
        let saved: string | null = null;
        const read = () => (existsSync(file) ? readFileSync(file, "utf8") : null);
        saved = read();
        let isKilled = false;
        server.cutAfter(1 + Math.floor(random() * 2), () => {
          isKilled = true;
          saved = read();
        });
        await playbill(clone, ["sync", "--yes"]);
        server.connect();
        if (isKilled) {
          story.push(`${clone.path.at(-1)} killed`);
          if (saved === null) rmSync(file, { force: true });
          else writeFileSync(file, saved);
          if (random() < 0.5) await discard(clone);
          else await publishLock(clone);
        } else await publishLock(clone);
        await isOnce(() => story.join("\n"));
      },
      hand: async () => {
        const all = await server.list();
        if (all.length === 0) return;
        counter += 1;
        const { id } = pick(all);
        await server.edit(id, { description: `by hand ${counter}` });
        edits.set(id, `by hand ${counter}`);
        story.push(`by hand: ${id}`);
      },
      both: async () => {
        for (const clone of clones) await steps["edit"]!(clone);
        const before = new Map((await server.list()).map((live) => [live.id, live]));
        const outcomes = await Promise.all(clones.map(({ path }) => run(path, ["sync", "--yes"])));
        story.push(`both sync: ${outcomes.map(({ exitCode }) => exitCode).join(", ")}`);
        const all = await server.list();
        for (const [id, text] of edits)
          expect(all.find((live) => live.id === id)?.description, story.join("\n")).toBe(text);
        expect(before.size).toBeLessThanOrEqual(all.length);
        const addresses = all.map(addressOf);
        if (new Set(addresses).size < addresses.length) {
          expect(
            outcomes.some(({ exitCode }) => exitCode === 3),
            story.join("\n"),
          ).toBe(true);
          await syncThrough(clones[0]!);
        }
        await isOnce(() => story.join("\n"));
        for (const clone of clones) await publishLock(clone);
      },
    };
    const weights = [
      "edit",
      "edit",
      "edit",
      "merge",
      "merge",
      "sync",
      "sync",
      "sync",
      "kill",
      "kill",
      "hand",
      "both",
      "both",
    ] as const;

    for (let step = 0; step < times(30); step += 1) {
      const name = pick(weights);
      const clone = pick(clones);
      story.push(`-- ${step} ${clone.path.at(-1)} ${name}`);
      await steps[name]!(clone);
    }

    // In the end everything is merged and synced: the server is as the files say, but for edits that were left deliberately.
    const [last] = clones;
    for (const clone of [...clones, last!]) {
      await pull(clone);
      await push(clone);
    }
    await syncThrough(last!);
    const files = existsSync(join(last!.path, "assistants")) ? readdirSync(join(last!.path, "assistants")) : [];
    const live = new Map((await server.list()).map((each) => [addressOf(each), each]));
    for (const file of files) {
      const text = readFileSync(join(last!.path, "assistants", file), "utf8");
      const found = live.get(`assistant.${file.replace(".yaml", "")}`);
      const wanted = /^description: (.*)$/m.exec(text)?.[1];
      expect([wanted, edits.get(found?.id ?? "")], story.join("\n")).toContain(found?.description);
    }
  },
);
