import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Page, chromium } from "playwright-core";
import { parse, stringify } from "yaml";

// `npm run pictures`: makes docs/pictures/ of real runs of the suite in test/suites/, once as it is, and once with assistants that do the
// wrong thing in three of its conversations. Needs Debian's Chromium, or another that PLAYBILL_TEST_CHROMIUM names.

const repository = join(import.meta.dirname, "..");
const pictures = join(repository, "docs/pictures");
const suite = join(repository, "test/suites");
const folder = mkdtempSync(join(tmpdir(), "playbill-pictures-"));
const project = join(folder, "shop");
/** Commands are shown as users of the installed package type them. */
const env = { ...process.env, npm_command: "exec", npm_config_user_agent: "npm/11" };
const playbill = ["--disable-warning=ExperimentalWarning", join(repository, "src/bin.ts")];

/** The scenarios in which the assistant does the first wrong thing of its list. */
const wrong = ["retail/address-corrected", "helpdesk/two-wrong-codes", "airline/cancel-basic-refused"];

cpSync(join(suite, "project"), project, { recursive: true });
mkdirSync(pictures, { recursive: true });
test();
wrong.forEach(doWrong);
test("--reporter", "html=report.html");

const browser = await chromium.launch({
  executablePath: process.env.PLAYBILL_TEST_CHROMIUM ?? "/usr/bin/chromium",
  chromiumSandbox: false,
});
try {
  const report = pathToFileURL(join(project, "report.html")).href;
  await picture("report", "light", report, async (page) => page.getByText("What went wrong").waitFor());
  await picture("report-scenario", "light", `${report}#/?q=s%3Afailed`, async (page) => {
    await page
      .getByRole("link", { name: /The customer corrects/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "Why" }).waitFor();
  });
  await picture("report-changes", "dark", `${report}#/diff`, async (page) => page.locator("article").waitFor());
  const ui = spawn(process.execPath, [...playbill, "ui"], { cwd: project, env });
  try {
    await picture("ui", "light", await linkOf(ui), async (page) => {
      await page.getByText("Waiting for changes").waitFor();
      cpSync(join(suite, "project/scenarios", `${wrong[0]}.yaml`), join(project, "scenarios", `${wrong[0]}.yaml`));
      await page.getByText("Changed: scenarios/").waitFor();
      await page.getByText("Waiting for changes").waitFor();
    });
  } finally {
    ui.kill("SIGINT");
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** Runs the scenarios; that some fail is what it is for. */
function test(...options: string[]): void {
  try {
    execFileSync(process.execPath, [...playbill, "test", ...options], { cwd: project, env, stdio: "ignore" });
  } catch (error) {
    if (!(error instanceof Error && "status" in error && error.status === 1)) throw error;
  }
}

function doWrong(scenario: string): void {
  const name = scenario.split("/")[1] ?? "";
  const [mutant] = parse(readFileSync(join(suite, "mutants", `${name}.yaml`), "utf8")) as {
    turn: number;
    script: unknown;
  }[];
  const file = join(project, "scenarios", `${scenario}.yaml`);
  const written = parse(readFileSync(file, "utf8")) as { turns: object[] };
  const turns = written.turns.map((turn, at) =>
    at + 1 === mutant?.turn ? Object.assign({}, turn, { script: mutant.script }) : turn,
  );
  writeFileSync(file, stringify({ ...written, turns }));
}

async function picture(
  name: string,
  colorScheme: "light" | "dark",
  url: string,
  prepare: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 760 }, colorScheme });
  await page.goto(url);
  await prepare(page);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  await page.close();
}

function linkOf({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    stdout?.on("data", (data) => {
      text += String(data);
      const link = /http:\S+\?k=\w+/.exec(text)?.[0];
      if (link !== undefined) resolve(link);
    });
  });
}
