import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { chromium } from "playwright-core";

// `npm run recording`: types the commands that README.md shows into a pseudo-terminal, in a project as `init` makes it, and makes
// docs/pictures/recording.gif of what is seen, and recording.txt of its text. Needs Debian's Chromium and ffmpeg. test/docs.test.ts types the
// same commands, and compares what they print with README.md, and README.md with recording.txt.

/** One picture of the recording, for so many milliseconds. */
interface Frame {
  picture: string;
  milliseconds: number;
}

const repository = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "playbill-recording-"));
const project = join(folder, "shop");
const gif = join(repository, "docs/pictures/recording.gif");
/** What is seen in the recording, as text. */
const transcript = join(repository, "docs/pictures/recording.txt");
const playbill = `${process.execPath} --disable-warning=ExperimentalWarning ${join(repository, "src/bin.ts")}`;
const terminal = `<style>body{margin:0;background:#14171c}pre{margin:0;padding:16px;height:488px;overflow:hidden;
color:#e6e9ee;font:14px/18px "DejaVu Sans Mono",monospace;white-space:pre-wrap}</style><pre></pre>`;
const size = { width: 860, height: 520 };
const prompt = "\u001B[32m$\u001B[39m";
/** Milliseconds. What takes longer than the longest pause is shown as if it took that long. */
const time = { keystroke: 45, longestPause: 700, reading: 3_500, report: 3_000 };

execFileSync("sh", ["-c", `${playbill} init ${project}`], { stdio: "ignore" });
mkdirSync(join(folder, "frames"));
const browser = await chromium.launch({
  executablePath: process.env.PLAYBILL_TEST_CHROMIUM ?? "/usr/bin/chromium",
  chromiumSandbox: false,
});
const frames: Frame[] = [];
const page = await browser.newPage({ viewport: size, colorScheme: "dark" });
try {
  await page.setContent(terminal);
  let screen = "";
  for (const command of commandsOf(readFileSync(join(repository, "README.md"), "utf8"))) {
    for (let typed = 3; typed < command.length + 3; typed += 3)
      await show(`${screen}${prompt} ${command.slice(0, typed)}█`, 3 * time.keystroke);
    screen += `${prompt} ${command}\n`;
    for (const { text, after } of await output(command)) {
      screen += text;
      await show(screen, Math.min(time.longestPause, Math.max(100, after)));
    }
    await show(screen, command.startsWith("sed") ? time.longestPause : time.reading);
  }
  writeFileSync(transcript, stripVTControlCharacters(screen));
  await page.goto(pathToFileURL(join(project, ".playbill/report.html")).href);
  await page.getByText("Latency").waitFor();
  await keep(time.report);
  await page
    .getByRole("link", { name: /A late order/ })
    .first()
    .click();
  await page.getByText("Where is my order").waitFor();
  await keep(time.report);
  writeGif();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** The commands of the section of README.md that is recorded. */
function commandsOf(text: string): string[] {
  const [, section = ""] = /^## What a failing test looks like\n([^]*?)^## /m.exec(text) ?? [];
  return [...section.matchAll(/^\$ (.+)$/gm)].map(([, command = ""]) => command);
}

/** What a command writes to a terminal, piece by piece, with the milliseconds until the next. */
function output(command: string): Promise<{ text: string; after: number }[]> {
  const typed = command.replace(/^npx playbill/, playbill);
  const child = spawn("script", ["-qfec", typed, "/dev/null"], {
    cwd: project,
    env: { ...process.env, TERM: "xterm-256color", npm_command: "exec", npm_config_user_agent: "npm/11" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pieces: { text: string; at: number }[] = [];
  child.stdout.on("data", (data) => pieces.push({ text: String(data).replaceAll("\r", ""), at: performance.now() }));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const end = performance.now();
      resolve(pieces.map(({ text, at }, index) => ({ text, after: (pieces[index + 1]?.at ?? end) - at })));
    });
  });
}

/** Draws the last lines of a terminal's text. */
async function show(text: string, milliseconds: number): Promise<void> {
  const lines = text.split("\n").slice(-26).join("\n");
  await page.locator("pre").evaluate((pre, html) => void (pre.innerHTML = html), htmlOf(lines));
  await keep(milliseconds);
}

async function keep(milliseconds: number): Promise<void> {
  const picture = join(folder, "frames", `${String(frames.length).padStart(4, "0")}.png`);
  await page.screenshot({ path: picture });
  frames.push({ picture, milliseconds });
}

/** The colours and weights of a terminal as HTML. */
function htmlOf(text: string): string {
  const styles: Record<string, string> = {
    1: "font-weight:600",
    2: "opacity:.65",
    31: "color:#ff8a85",
    32: "color:#5cc27f",
    33: "color:#e3b341",
    36: "color:#79c0ff",
  };
  let open = 0;
  return text
    .split("\u001B[")
    .map((piece, index) => {
      const end = index === 0 ? -1 : piece.indexOf("m");
      const [codes, rest] = [piece.slice(0, Math.max(0, end)), escaped(piece.slice(end + 1))];
      return (index === 0 ? "" : tagOf(codes)) + rest;
    })
    .join("");

  function tagOf(codes: string): string {
    const style = styles[codes];
    if (style !== undefined) open += 1;
    if (style !== undefined) return `<span style="${style}">`;
    if (open === 0) return "";
    open -= 1;
    return "</span>";
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function writeGif(): void {
  const list = frames
    .map(({ picture, milliseconds }) => `file '${picture}'\nduration ${milliseconds / 1000}\n`)
    .join("");
  // The last one is named again, because its duration does not count otherwise.
  writeFileSync(join(folder, "frames.txt"), `${list}file '${frames.at(-1)?.picture}'\n`);
  const palette = "split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=none:diff_mode=rectangle";
  const options = ["-loglevel", "error", "-y", "-f", "concat", "-safe", "0", "-i", join(folder, "frames.txt")];
  execFileSync("ffmpeg", [...options, "-vf", `fps=10,${palette}`, "-loop", "0", gif], { stdio: "inherit" });
  const seconds = frames.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
  process.stdout.write(`${gif}: ${seconds.toFixed(1)} s\n`);
}
