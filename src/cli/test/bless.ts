import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { compareText } from "../../kit/json.ts";
import { fail, advice } from "../../problem.ts";
import { resolveTarget } from "../../project/resolve-target.ts";
import { type Baseline, withSamples } from "../../scenarios/baseline/baseline.ts";
import { baselineText } from "../../scenarios/baseline/baseline-json.ts";
import { type BaselineEntry, type BaselineReport, compareWithBaseline } from "../../scenarios/baseline/compare.ts";
import { driftSince } from "../../scenarios/baseline/drift.ts";
import { type Sample, sampleOf } from "../../scenarios/baseline/sample.ts";
import { type Blessing, blessingLines } from "../../scenarios/reports/blessing.ts";
import { findRun, lastRun } from "../../scenarios/runs/runs-folder.ts";
import { expandAll } from "../../api/expansion.ts";
import { inShell } from "../../kit/shell.ts";
import { loadSound } from "../../api/load.ts";
import type { World } from "../world.ts";
import { earlierBaselines } from "./earlier-baselines.ts";
import { committedBaseline, loadBaseline } from "../../api/testing/baseline-file.ts";
import type { StoredRun } from "../../scenarios/runs/stored-run.ts";

interface Options {
  target?: string;
  out?: string;
  accept?: number;
  yes?: true;
  json?: true;
}

const notWritten = 1;

/** `playbill bless [RUN]`: makes the results of a run the baseline, after the user has seen what that accepts. */
export async function bless(world: World, name: string | undefined, options: Options): Promise<number> {
  const project = await loadSound(world, { files: "all" });
  const config = resolveTarget(project, options.target, world.env);
  const run =
    name === undefined ? await lastRunAt(project.root, config.name) : await findRun(project.root, world.cwd, name);
  const target = options.target === undefined ? (run.header.target ?? config.name) : config.name;
  refuseOtherTarget(run, target);
  const path = options.out === undefined ? committedBaseline(project.root, target) : resolve(world.cwd, options.out);
  const ids = new Set(expandAll(project, config).map(({ id }) => id));
  const owner = { project: project.name, target, isKnown: (id: string) => ids.has(id) };
  const old = await textAt(path);
  const before = (await loadBaseline(world, path, owner))?.baseline ?? {
    ...owner,
    assistants: new Map(),
    scenarios: new Map(),
  };
  const blessing = await blessingOf(world, run, path, before, owner.isKnown);
  const text = baselineText({ ...before, ...withSamples(before, blessing.samples, owner.isKnown) });
  const isSame = text === old;
  if (options.json !== true) world.stdout.write(`${blessingLines(blessing).join("\n")}\n`);
  refuseUnaccepted(blessing, options, name);
  const yes = blessCommand(options, name === undefined ? undefined : blessing.run, "--yes");
  const isWritten = !isSame && (options.yes === true || (await confirmed(world, blessing, yes)));
  if (isWritten) {
    await refuseChanged(path, old, blessing);
    await writeWhole(path, text);
  }
  if (options.json === true) world.stdout.write(asJson(blessing, isWritten));
  else if (isSame) world.stdout.write(`${blessing.report.file} is already up to date.\n`);
  else if (isWritten) world.stdout.write(`Wrote ${blessing.report.file}.\n`);
  return isSame || isWritten ? 0 : notWritten;
}

/** The current text; `null` when it cannot be read, which `loadBaseline` reports. */
async function textAt(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch(() => null);
}

/** Refuses to overwrite a baseline that another process has written since it was shown. */
async function refuseChanged(path: string, old: string | null, { report }: Blessing): Promise<void> {
  if ((await textAt(path)) === old) return;
  fail("changed_since_plan", `${report.file} was changed in the meantime; nothing was written`, {
    hint: "Run the command again.",
  });
}

async function lastRunAt(root: string, target: string): Promise<StoredRun> {
  const run = await lastRun(root, target);
  return (
    run ??
    fail(
      "unknown_run",
      `no run at ${target} is stored in .playbill/runs`,
      advice({
        purpose: "To create one",
        command: `playbill test --target ${inShell(target)} --repeat 20 --all-runs`,
      }),
    )
  );
}

function refuseOtherTarget({ header }: StoredRun, target: string): void {
  if (header.target === undefined || header.target === target) return;
  fail("bad_flag", `the run ${header.run} was made at ${header.target}, not at ${target}`, {
    hint: "Leave out --target, or name another run.",
  });
}

async function blessingOf(
  world: World,
  run: StoredRun,
  path: string,
  before: Baseline,
  isKnown: (id: string) => boolean,
): Promise<Blessing> {
  const latest = new Map<string, Sample>();
  for await (const result of run.results()) latest.set(result.id, sampleOf(result));
  const all = [...latest.values()]
    .filter(({ id }) => isKnown(id))
    .toSorted((one, other) => compareText(one.id, other.id));
  const samples = all.filter((each) => reasonAgainst(each) === null);
  const refused = all.flatMap((each) => {
    const reason = reasonAgainst(each);
    return reason === null ? [] : [{ id: each.id, reason }];
  });
  if (samples.length === 0) {
    const why =
      refused[0] === undefined ? "it contains no scenario of this project" : `${refused[0].id}: ${refused[0].reason}`;
    return fail(
      "nothing_to_bless",
      `the run ${run.header.run} cannot become a baseline: ${why}`,
      advice({
        purpose: "To create a suitable run",
        command: `playbill test --target ${inShell(before.target)} --repeat 20 --all-runs`,
      }),
    );
  }
  const file = relative(world.cwd, path).replaceAll("\\", "/");
  const report: BaselineReport = compareWithBaseline(file, before, samples, isKnown);
  const drift = driftSince(await earlierBaselines(path), samples).filter(
    ({ id }) => !report.scenarios.some((each) => each.id === id && each.change === "regression"),
  );
  return { run: run.header.run, target: before.target, report, samples, refused, drift };
}

/** The reason why a scenario of a run cannot be part of a baseline; `null` when it can. */
function reasonAgainst({ status, early, counts }: Sample): string | null {
  if (status === "quarantined" || status === "skipped" || status === "not_run") return status.replace("_", " ");
  if (counts.counted === 0) return "none of its runs count";
  return early ? "its runs stopped once the verdict was certain; use --all-runs" : null;
}

/** The command that blesses a run by these options. */
function blessCommand({ target, out, accept }: Options, run: string | undefined, ...flags: string[]): string {
  return [
    "playbill bless",
    ...(run === undefined ? [] : [inShell(run)]),
    ...(target === undefined ? [] : [`--target ${inShell(target)}`]),
    ...(out === undefined ? [] : [`--out ${inShell(out)}`]),
    ...(accept === undefined ? [] : [`--accept ${accept}`]),
    ...flags,
  ].join(" ");
}

/** Accepting failures requires their number, so that nobody accepts them unseen. */
function refuseUnaccepted({ report, run }: Blessing, { accept = 0, ...rest }: Options, name: string | undefined): void {
  const bad = report.scenarios.filter(isToBeAccepted);
  if (bad.length === accept) return;
  const ids = bad.map(({ id }) => id);
  const shown = ids.length > 5 ? `${ids.slice(0, 5).join(", ")} and ${ids.length - 5} more` : ids.join(", ");
  const message =
    bad.length === 0
      ? `--accept ${accept}, but no scenario failed or got worse`
      : `${bad.length} ${bad.length === 1 ? "scenario" : "scenarios"} failed or got worse: ${shown}`;
  const again = blessCommand(
    bad.length === 0 ? rest : { ...rest, accept: bad.length },
    name === undefined ? undefined : run,
  );
  fail(
    "failures_to_accept",
    message,
    bad.length === 0
      ? advice({ purpose: "Run it without --accept", command: again })
      : advice("A baseline accepts these results as normal.", { purpose: "To accept them", command: again }),
  );
}

/** True for results that must be accepted; failures no more frequent than in the baseline were accepted before. */
function isToBeAccepted({ status, change, after }: BaselineEntry): boolean {
  if (change === "stable" || change === "improved") return false;
  return change === "regression" || status === "failed" || after?.passed === 0;
}

async function confirmed({ ask, stderr }: World, { report }: Blessing, command: string): Promise<boolean> {
  if (ask === null) {
    return fail(
      "not_confirmed",
      `${report.file} would be written, but there is no terminal to confirm it`,
      advice({ purpose: "Review what it accepts, then run", command }),
    );
  }
  if ((await ask(`Write ${report.file}? Only "yes" is accepted: `))?.trim() === "yes") return true;
  stderr.write("Nothing was written.\n");
  return false;
}

function asJson({ run, target, report, refused, drift }: Blessing, written: boolean): string {
  const { file, scenarios } = report;
  return `${JSON.stringify({ format_version: 1, run, target, file, written, scenarios, drift, not_accepted: refused }, null, 2)}\n`;
}
