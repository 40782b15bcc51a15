import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { extractText, getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHtmlReporter } from "../../src/scenarios/reports/html/html.ts";
import { scenarioStatuses } from "../scenarios/reports/statuses.ts";
import { type TemporaryFolder, run, temporaryFolder } from "../cli/run.ts";
import { played, reported } from "../scenarios/reports/results.ts";
import { describeInBrowser } from "./browser.ts";
import { hostile, reportOf, reportOfMany, shopProject } from "./reports.ts";

const wide: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
const screens = [
  "",
  "#/s/late",
  "#/s/often/attempts?l=1&r=2",
  "#/diff",
  "#/s/late/diff",
  "#/s/nobody",
  "#/?q=s%3Aflaky",
];

describeInBrowser("a report", ({ open }) => {
  let shop: TemporaryFolder;
  let url = "";
  let folder: TemporaryFolder;

  beforeAll(async () => {
    [shop, folder] = [await shopProject(), await temporaryFolder()];
    url = await reportOf(shop);
  });
  afterAll(async () => {
    await shop[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const openReport = async (hash = "", options?: BrowserContextOptions) => {
    const opened = await open(options);
    await opened.page.goto(url + hash);
    await opened.page.locator(".top").waitFor();
    return opened;
  };
  const openText = async (html: string) => {
    const file = `${folder.path}/report.html`;
    await writeFile(file, html);
    const opened = await open();
    await opened.page.goto(pathToFileURL(file).href);
    return opened;
  };

  test("a failure is found, opened and understood; nothing is asked of a network, nothing is refused by the policy", async () => {
    const { page, requests, complaints } = await openReport();
    await page.getByRole("button", { name: "2 failed" }).click();
    expect(await rowNames(page)).toEqual(["Late order", "Often"]);
    await page
      .getByRole("link", { name: /Late order/ })
      .first()
      .click();
    await page.getByRole("heading", { name: /Late order/ }).waitFor();
    const text = await page.locator("article").innerText();
    for (const part of [
      'expected a reply that contains "3 days"',
      "It is 2 days late.",
      "scenarios/late.yaml:8:73",
      "lookup_order",
    ])
      expect(text).toContain(part);
    await page.keyboard.press("E");
    await expect.poll(() => page.locator("article").innerText()).toContain('"status": "late"');
    expect([requests, complaints]).toEqual([[], []]);
  });

  test("search, filters, sort and groups are in the URL, and the list goes along from one scenario to the next", async () => {
    const { page } = await openReport();
    await page.keyboard.press("/");
    await page.keyboard.type("@orders -img");
    await expect.poll(() => rowNames(page)).toEqual(["Late order"]);
    expect(new URLSearchParams(page.url().split("?")[1]).get("q")).toBe("@orders -img");
    await page.getByRole("searchbox").fill("text:welcome");
    await expect.poll(() => rowNames(page)).toEqual(["Thanks"]);
    await page.getByRole("searchbox").fill("s:failed");
    await page
      .getByRole("link", { name: /Late order/ })
      .first()
      .click();
    await page.getByText("1 of 2").waitFor();
    await page.keyboard.press("n");
    await page.getByRole("heading", { name: /Often/ }).waitFor();
    expect(page.url()).toContain("q=s%3Afailed");
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "2 failed of 4 scenarios" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => rowNames(page)).toHaveLength(4);
  });

  test("four keys after the page is there, the command is copied that runs just that scenario", async () => {
    const { page } = await openReport();
    for (const key of ["j", "Enter"]) await page.keyboard.press(key);
    await page.getByRole("heading", { name: /Late order/ }).waitFor();
    await page.keyboard.press("c");
    await page.getByText("Copied the command").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.press("ControlOrMeta+v");
    const command = await page.getByRole("searchbox").inputValue();
    expect(command).toMatch(/^playbill test .*--id late$/);
    const { output } = await run(shop.path, command.split(" ").slice(1));
    expect(output.match(/^[✓✗] \w+/gm)).toEqual(["✗ late"]);
  });

  test("a link shows the same to another user", async () => {
    const { page } = await openReport();
    const other = await open(wide);
    for (const link of [...screens, "#/s/late?t=1", "#/s/often?a=2", "#/?q=%40orders&sort=time&group=file"]) {
      await goTo(page, link);
      await other.page.goto("about:blank");
      await other.page.goto(url + link);
      const both = () => Promise.all([page, other.page].map((each) => each.locator("#playbill").innerText()));
      await expect.poll(both, { message: link }).toSatisfy(([there, here]: string[]) => there === here);
    }
  });

  test.each([1440, 375])("axe finds nothing, on any screen, light and dark, %i pixels wide", async (width) => {
    const { page } = await openReport("", { viewport: { width, height: 800 }, reducedMotion: "reduce" });
    const found: string[] = [];
    await page.evaluate(axe.source);
    for (const screen of [...screens, "help"]) {
      if (screen === "help") await page.keyboard.press("?");
      else await goTo(page, screen);
      await page.getByText("Loading…").waitFor({ state: "detached" });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        // Colours are all that a theme changes.
        const violations = await violationsOf(page, colorScheme === "light" ? null : "color-contrast");
        found.push(...violations.map((each) => `${screen} ${colorScheme}: ${each}`));
        if (width === 375 && screen !== "help") {
          const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
          if (Number(overflow) > 0) found.push(`${screen}: ${String(overflow)} pixels too wide`);
        }
      }
    }
    expect(found).toEqual([]);
  });

  test("texts of others stay exactly as they are, and do nothing", async () => {
    const { page, requests, complaints } = await openReport("#/s/hostile");
    await page.getByRole("heading", { name: /img/ }).waitFor();
    const shown = await page.locator(".scene").evaluate((element) => element.textContent);
    for (const text of hostile) expect(shown?.split(text).length).toBeGreaterThan(2);
    await page.getByRole("button", { name: "Read as Markdown" }).click();
    await page.keyboard.press("E");
    expect(await page.locator("img, iframe, object, a[href^=javascript]").count()).toBe(0);
    expect(await page.title()).not.toBe("1");
    expect([requests, complaints]).toEqual([[], []]);
  });

  test("where scripts may not run, failures and their commands can be read", async () => {
    const { page } = await open({ ...wide, javaScriptEnabled: false });
    await page.goto(url);
    const text = await page.locator("body").innerText();
    for (const part of ["2 failed", "Late order", 'expected a reply that contains "3 days"', "--id late", "--id often"])
      expect(text).toContain(part);
  });

  test("what is printed has every verdict", async () => {
    const { page } = await openReport();
    const pdf = await page.pdf({ format: "A4" });
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true });
    for (const part of ["Late order", "Often", "Thanks", "failed", "passed"]) expect(text).toContain(part);
    expect(text.match(/expected a reply that contains/g)?.length).toBeGreaterThanOrEqual(2);
  });

  test("statuses can be distinguished without colours", async () => {
    const results = scenarioStatuses.map((status) => ({ ...played(4), id: status, name: status, status }));
    const { page } = await openText(await reported(createHtmlReporter, results));
    const marks = await page.locator(".row .status").allTextContents();
    expect(marks).toHaveLength(scenarioStatuses.length);
    expect(new Set(marks).size).toBe(scenarioStatuses.length);
    const signs = await page.locator(".row .mark").allTextContents();
    expect(new Set(signs).size).toBe(scenarioStatuses.length);
  });

  test.each([1000, 10_000])("of %i rows, those in view are in the document", async (count) => {
    const { page, complaints } = await openText(await reportOfMany(count));
    await page.locator(".row").first().waitFor();
    const nodes = () => page.evaluate("document.querySelectorAll('*').length");
    expect(await nodes()).toBeLessThanOrEqual(1500);
    await page.locator(".row").first().hover();
    await page.mouse.wheel(0, 1e7);
    await page
      .getByRole("link", { name: `Order ${count - 1}`, exact: false })
      .first()
      .waitFor();
    expect(await nodes()).toBeLessThanOrEqual(1500);
    await page.getByRole("searchbox").fill(`order-${count - 7}`);
    await expect.poll(() => rowNames(page)).toEqual([`Order ${count - 7}`]);
    expect(complaints).toEqual([]);
  });

  test("a report that is damaged, or of a newer version, says so", async () => {
    const html = await readFile(fileURLToPath(url), "utf8");
    const cut = await openText(html.slice(0, html.indexOf('id="playbill-pack">') + 100));
    expect(await cut.page.locator("body").innerText()).toContain("2 failed");
    const damaged = await openText(html.replace(/(id="playbill-index">)..../, "$1!!!!"));
    await damaged.page.getByRole("heading", { name: "cannot be shown" }).waitFor();
  });
});

function rowNames(page: Page): Promise<string[]> {
  return page.locator(".row .row-name").allTextContents();
}

/** Follows a link within the page. */
async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

/** What axe finds, by one rule or by all. */
async function violationsOf(page: Page, rule: string | null): Promise<string[]> {
  const options = { resultTypes: ["violations"], ...(rule !== null && { runOnly: [rule] }) };
  return page.evaluate(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + nodes.map(({ html, any }) => html.slice(0, 120) + (any[0]?.message ?? "")).join(" | ")))`);
}
