import { existsSync, readdirSync } from "node:fs";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { withLockFile } from "../../kit/lock-file.ts";
import { type Problem, problem } from "../../problem.ts";
import { type Evidence, newestTime } from "./evidence.ts";
import { evidenceText, parseEvidence } from "./evidence-json.ts";

/** Where the evidence of a target is, from the project's root: committed, or beside the embedded server's state. */
export function evidenceFolder(target: string, isEmbedded: boolean): string {
  return isEmbedded ? `.playbill/${target}.evidence` : ".playbill/evidence";
}

/** True when the project in this folder has evidence of any target. */
export function hasEvidence(root: string): boolean {
  const folder = join(root, ".playbill");
  return existsSync(folder) && readdirSync(folder).some((name) => name === "evidence" || name.endsWith(".evidence"));
}

/** All evidence in a folder, and warnings about files that cannot be used. What cannot be used is not evidence, and blocks nothing. */
export async function readEvidence(
  root: string,
  folder: string,
): Promise<{ evidence: Evidence[]; problems: Problem[] }> {
  const names = (await readdir(join(root, folder)).catch(() => [])).filter((name) => name.endsWith(".json"));
  const evidence: Evidence[] = [];
  const problems: Problem[] = [];
  for (const name of names.toSorted()) {
    const text = await readFile(join(root, folder, name), "utf8").catch(() => "");
    const parsed = parseEvidence(text, name.replace(/\.json$/, ""));
    if (parsed.kind === "evidence") evidence.push(...parsed.evidence);
    else problems.push(unusable(`${folder}/${name}`, parsed));
  }
  return { evidence, problems };
}

function unusable(file: string, found: { kind: "newer" } | { kind: "damaged"; why: string }): Problem {
  if (found.kind === "newer") {
    return problem("newer_evidence", `${file} was written by a later version of Playbill, and is left out`, {
      hint: "Use that version, or test again.",
    });
  }
  return problem("damaged_evidence", `${file} is not evidence that Playbill wrote, and is left out: ${found.why}`, {
    hint: "Remove it: what it told of is tested again.",
  });
}

/** So many states of one assistant are remembered: what is stale is compared with the newest of them. */
const keptOfOne = 10;

/**
 * Writes what `change` makes of the evidence in a folder, while no other process does so: what two tests show at the same time is not lost. Each file is
 * written whole, and that of earlier states of the same assistants removed when there are many. Gives what was written. Throws errors of the file system.
 */
export async function changeEvidence(
  root: string,
  folder: string,
  change: (known: readonly Evidence[]) => Evidence[],
): Promise<Evidence[]> {
  return withLockFile(join(root, `${folder}.lock`), async () => {
    const { evidence: known } = await readEvidence(root, folder);
    const changed = change(known);
    await writeEvidence(root, folder, known, changed);
    return changed;
  });
}

async function writeEvidence(
  root: string,
  folder: string,
  known: readonly Evidence[],
  evidence: readonly Evidence[],
): Promise<void> {
  const placeOf = ({ fingerprint, target }: Evidence) => `${fingerprint} ${target}`;
  const all = [...new Map([...known, ...evidence].map((each) => [placeOf(each), each])).values()];
  const wanted = new Set([...Map.groupBy(all, ownerOf).values()].flatMap((states) => newest(states, keptOfOne)));
  const written = new Set(evidence.map(({ fingerprint }) => fingerprint));
  for (const [fingerprint, states] of Map.groupBy(all, (each) => each.fingerprint)) {
    const [first, ...others] = states.filter((each) => wanted.has(each));
    const file = join(root, folder, `${fingerprint}.json`);
    if (first === undefined) await rm(file, { force: true });
    else if (written.has(fingerprint) || others.length + 1 < states.length)
      await writeWhole(file, evidenceText([first, ...others]));
  }
}

function newest(states: readonly Evidence[], count: number): Evidence[] {
  return states.toSorted((one, other) => (newestTime(one) < newestTime(other) ? 1 : -1)).slice(0, count);
}

/** Whose evidence it is: an assistant, or several that are alike, at one place. */
function ownerOf({ origin, scenarios }: Evidence): string {
  const names = new Set([...scenarios.values()].map(({ assistant }) => assistant));
  return JSON.stringify([origin, [...names].toSorted()]);
}
