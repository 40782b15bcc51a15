import { orAborted } from "../../kit/waiting.ts";
import { cutEnd } from "../../kit/difference.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import { type Known, reasonsOf } from "../../scenarios/selection/affected.ts";
import type { World } from "../world.ts";
import type { FileChanges } from "./file-changes.ts";
import { warn } from "../warn.ts";

/** The tests that are run repeatedly. */
export interface Watched {
  run(this: void, which: ToRun): Promise<unknown>;
  /** The selected scenarios in their current form, by id. Throws a ProblemError while files cannot be read. */
  look(this: void): Promise<ReadonlyMap<string, Known>>;
}

/** What to run: all selected scenarios, those that `failed` in the last run, or these ids. */
export type ToRun = "all" | "failed" | readonly string[];

/** An observer besides the terminal, which can also request runs. */
export interface Onlooker {
  /** The files were read, initially and after a change; the problems if they cannot be run. */
  read(this: void, problems: readonly Problem[]): void;
  /** Files changed; these scenarios will run, each with its reasons. */
  changed(this: void, files: readonly string[], reasons: readonly [id: string, reasons: string[]][]): void;
  /** A run could not be carried out. */
  refused(this: void, problems: readonly Problem[]): void;
  /** The next requested run. Only the promise of the last call resolves, and repeats the request until it has run. */
  next(this: void): Promise<ToRun>;
}

const help = "waiting for changes";
const helpWithKeys = `${help}; a: run all, f: run what failed, q: quit`;

/**
 * Runs scenarios, then reruns and prints those affected by file changes, until stopped by `q` or Ctrl-C. A problem
 * with a file is shown, and the next change is awaited.
 */
export async function watchTests(
  world: World,
  { run, look }: Watched,
  changes: FileChanges,
  onlooker: Onlooker | null = null,
): Promise<number> {
  const tried = async <T>(work: () => Promise<T>): Promise<{ value: T | null; problems: readonly Problem[] }> => {
    try {
      return { value: await work(), problems: [] };
    } catch (error) {
      if (!(error instanceof ProblemError) || world.signal.aborted) throw error;
      return { value: null, problems: error.problems };
    }
  };
  const runTests = async (which: ToRun) => {
    const { problems } = await tried(() => run(which));
    warn(world, problems);
    if (problems.length > 0) onlooker?.refused(problems);
  };
  const first = await tried(look);
  warn(world, first.problems);
  onlooker?.read(first.problems);
  let known = first.value;
  await runTests("all");
  let said: string | null = null;
  // The output may go to a watched file: printing the same message for it again would never end.
  let isRepeated = false;
  for (;;) {
    if (world.signal.aborted) return 130;
    if (!isRepeated) world.stderr.write(`\n${world.nextKey === null ? help : helpWithKeys}\n`);
    const event = await nextEvent(world, changes, onlooker);
    if (event.kind === "end") return world.signal.aborted ? 130 : 0;
    if (event.kind === "asked") {
      isRepeated = false;
      await runTests(event.run);
      continue;
    }
    const { files } = event;
    const { value: now, problems } = await tried(look);
    const before = known;
    const reasons = [...(now ?? [])].flatMap(([id, each]): [string, string[]][] => {
      const why = before === null ? ["it could not be read before"] : reasonsOf(before.get(id) ?? null, each);
      return why.length === 0 ? [] : [[id, why]];
    });
    known = now ?? before;
    onlooker?.read(problems);
    const saying = JSON.stringify([files, problems]);
    isRepeated = reasons.length === 0 && saying === said;
    said = saying;
    if (isRepeated) continue;
    if (now === null) warn(world, problems);
    else world.stderr.write(changeText(files, reasons));
    if (now !== null) onlooker?.changed(files, reasons);
    if (reasons.length > 0) await runTests(reasons.map(([id]) => id));
  }
}

type NextEvent = { kind: "changed"; files: readonly string[] } | { kind: "asked"; run: ToRun } | { kind: "end" };

async function nextEvent(
  { signal, nextKey }: World,
  changes: FileChanges,
  onlooker: Onlooker | null,
): Promise<NextEvent> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const keys = async (): Promise<NextEvent> => {
    for (;;) {
      const key = nextKey === null ? await never(stop) : await nextKey(stop);
      if (key === null || key === "q") return { kind: "end" };
      if (key === "a") return { kind: "asked", run: "all" };
      if (key === "f") return { kind: "asked", run: "failed" };
    }
  };
  const files = async (): Promise<NextEvent> => {
    const found = await changes.next(stop);
    return found.length === 0 ? { kind: "end" } : { kind: "changed", files: found };
  };
  const asked = onlooker === null ? [] : [onlooker.next().then((run): NextEvent => ({ kind: "asked", run }))];
  try {
    return await Promise.race([keys(), files(), ...asked]);
  } finally {
    over.abort();
  }
}

/** Waits only for the abort signal. */
function never(signal: AbortSignal): Promise<null> {
  return orAborted(new Promise<null>(() => {}), signal).catch(() => null);
}

const mostNamed = 5;
const mostOfReasons = 200;

function changeText(files: readonly string[], reasons: readonly [string, string[]][]): string {
  const named = files.slice(0, mostNamed).map(printableLine).join(", ");
  const more = files.length > mostNamed ? ` and ${files.length - mostNamed} more` : "";
  const touched = reasons.length === 0 ? "affects no scenario" : `affects ${reasons.length}:`;
  const lines = reasons.map(([id, why]) => `  ${id}  ${printableLine(cutEnd(why.join(", "), mostOfReasons))}\n`);
  return `changed: ${named}${more}; ${touched}\n${lines.join("")}`;
}
