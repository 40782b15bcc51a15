import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import type { World } from "../src/cli/world.ts";
import { run, temporaryFolder } from "./cli/run.ts";

// Each folder of test/cases is a story: `commands` says what to type ("playbill ..." runs in this process, "!" goes to a shell, "$(cat FILE)" is what is in that file),
// `now` (optional) is the time that it is then, the other files are the project, and output.txt is what a reader would see. `npx vitest run test/cases.e2e.test.ts -u` writes it again.
const cases = join(import.meta.dirname, "cases");

test.each(readdirSync(cases))("%s", async (name) => {
  const folder = join(cases, name);
  await using project = await temporaryFolder(join(folder, "project"));
  const lines = readFileSync(join(folder, "commands"), "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const transcript: string[] = [];
  const more = timeOf(join(folder, "now"));
  for (const line of lines) transcript.push(`$ ${line}`, await type(line, project.path, more));
  await expect(steady(transcript.join("\n"), project.path)).toMatchFileSnapshot(join(folder, "output.txt"));
});

/** The time of a story that depends on it. */
function timeOf(file: string): Partial<World> {
  if (!existsSync(file)) return {};
  const now = Date.parse(readFileSync(file, "utf8").trim());
  return { now: () => now };
}

async function type(line: string, cwd: string, more: Partial<World>): Promise<string> {
  if (line.startsWith("!")) return execFileSync("sh", ["-c", line.slice(1)], { cwd, encoding: "utf8" });
  const filled = line.replaceAll(/\$\(cat (\S+)\)/g, (_, file: string) => readFileSync(join(cwd, file), "utf8").trim());
  const [command, ...argv] = filled.split(/ +/);
  expect(command).toBe("playbill");
  const { exitCode, output } = await run(cwd, argv, more);
  return `${output}${output === "" || output.endsWith("\n") ? "" : "\n"}[exit code ${exitCode}]\n`;
}

/** Takes out what differs from run to run: places, names made up, times, and the order of what is done side by side. */
function steady(text: string, folder: string): string {
  return text
    .replaceAll(
      /(?:^ {2}(?:assistant|file|vector_store)\.\S+ \w+\n)+/gm,
      (lines) => `${lines.trimEnd().split("\n").toSorted().join("\n")}\n`,
    )
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
    .replaceAll(folder, "<folder>")
    .replaceAll(basename(folder).toLowerCase(), "<name>")
    .replaceAll(/\b(asst|thread|run|vs)_[A-Za-z0-9]+/g, "$1_<id>")
    .replaceAll(/\bfile-[0-9a-f]{12,}/g, "file-<id>")
    .replaceAll(/\b\d+(\.\d+)? ?m?s\b/g, "<time>")
    .replaceAll(/ time="[\d.]+"/g, ' time="<time>"')
    .replaceAll(/ timestamp="[\dT:-]+"/g, ' timestamp="<time>"')
    .replaceAll(/\b[0-9a-f]{12,64}\b/g, "<hash>");
}
