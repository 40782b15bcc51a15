import { basename, dirname } from "node:path";
import { parseEarlierBaseline } from "../../api/testing/baseline-file.ts";
import { runGit } from "../../kit/git.ts";
import type { EarlierBaseline } from "../../scenarios/baseline/drift.ts";

/** The number of baseline versions to read: a month of nightly updates. */
const mostVersions = 30;

/** Earlier committed versions of a baseline, oldest first; unreadable ones are left out. Empty outside of a checkout. Never rejects. */
export async function earlierBaselines(path: string): Promise<EarlierBaseline[]> {
  const git = (...args: string[]) => runGit(dirname(path), args);
  const log = ["log", `--max-count=${mostVersions}`, "--format=%H %h (%cs)", "--", basename(path)];
  const lines = (await git(...log).catch(() => "")).split("\n").filter((line) => line !== "");
  const versions = lines.toReversed().map(async (line) => {
    const [commit, ...name] = line.split(" ");
    const text = await git("show", `${commit}:./${basename(path)}`).catch(() => "");
    const baseline = parseEarlierBaseline(text);
    return baseline === null ? [] : [{ name: name.join(" "), baseline }];
  });
  return (await Promise.all(versions)).flat();
}
