import { existsSync, readdirSync } from "node:fs";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { withLockFile } from "../../kit/lock-file.ts";
import { type Problem, problem } from "../../problem.ts";
import { type Evidence, newestTime } from "./evidence.ts";
import { evidenceText, parseEvidence } from "./evidence-json.ts";

/** The folder of the evidence of a target, relative to the project's root: committed, or beside the embedded server's state. */
export function evidenceFolder(target: string, isEmbedded: boolean): string {
  return isEmbedded ? `.playbill/${target}.evidence` : ".playbill/evidence";
}

/** True when the project in this folder has evidence for any target. */
export function hasEvidence(root: string): boolean {
  const folder = join(root, ".playbill");
  return existsSync(folder) && readdirSync(folder).some((name) => name === "evidence" || name.endsWith(".evidence"));
}

/** All evidence in a folder, and warnings about unusable files, which are ignored. */
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
    return problem("newer_evidence", `${file} was written by a later version of Playbill and is ignored`, {
      hint: "Use that version, or test again.",
    });
  }
  return problem("damaged_evidence", `${file} is not a valid evidence file and is ignored: ${found.why}`, {
    hint: "Remove it; the scenarios in it will be tested again.",
  });
}

/** The number of states kept per assistant; stale evidence is compared with the newest of them. */
const keptOfOne = 10;

/**
 * Updates the evidence in a folder with `change`, under a lock, so that evidence of tests that run at the same time is not lost. Files are written
 * atomically, and the oldest states of an assistant are removed when there are too many. Returns what was written. Throws errors of the file system.
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

/** The owner of evidence: an assistant, or several equal ones, at one target. */
function ownerOf({ origin, scenarios }: Evidence): string {
  const names = new Set([...scenarios.values()].map(({ assistant }) => assistant));
  return JSON.stringify([origin, [...names].toSorted()]);
}
