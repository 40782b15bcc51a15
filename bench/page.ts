import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Page, chromium } from "playwright-core";
import { reportOfMany } from "../test/page/reports.ts";
import { type Measurement, median } from "./measurement.ts";

const rounds = 5;

/** How soon a report shows its rows, opens a scenario and scrolls, in Chromium; the targets are those of the design. */
export async function page(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "playbill-bench-page-"));
  const browser = await chromium.launch({
    executablePath: process.env.PLAYBILL_TEST_CHROMIUM ?? "/usr/bin/chromium",
    chromiumSandbox: false,
  });
  try {
    const of = async (count: number, target: number): Promise<Measurement[]> => {
      const file = join(folder, `${count}.html`);
      writeFileSync(file, await reportOfMany(count));
      const shown = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const first: number[] = [];
      for (let round = 0; round < rounds; round += 1) first.push(await timeOfFirstRow(shown, pathToFileURL(file).href));
      const name = `${count.toLocaleString("en")} rows`;
      const measured = (what: string, value: number, most: number): Measurement => ({
        name: `report of ${name}: ${what}`,
        value,
        unit: "ms",
        target: most,
        peer: null,
      });
      const opened: number[] = [];
      for (let round = 0; round < rounds; round += 1) opened.push(await timeOfScenario(shown));
      const frame = await frameTime(shown);
      await shown.close();
      return [
        measured("first row", median(first), target),
        measured("a scenario opens", median(opened), 100),
        measured("a frame while scrolling, 95 %", frame, 33),
      ];
    };
    return [...(await of(1000, 1000)), ...(await of(10_000, 2000))];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

async function timeOfFirstRow(page: Page, url: string): Promise<number> {
  await page.goto("about:blank");
  const begin = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.locator(".row").first().waitFor();
  return performance.now() - begin;
}

/** From the click to the conversation, in the page's own time. */
async function timeOfScenario(page: Page): Promise<number> {
  await page.evaluate("location.hash = ''");
  await page.locator(".scene").waitFor({ state: "detached" });
  return page.evaluate<number>(`new Promise((resolve) => {
    const begin = performance.now();
    const look = () => document.querySelector(".scene h1") !== null
      ? resolve(performance.now() - begin) : requestAnimationFrame(look);
    document.querySelector(".row").click();
    requestAnimationFrame(look);
  })`);
}

/** The time between two frames that 95 % do not exceed, of 120 while the list scrolls by 400 pixels a frame. */
async function frameTime(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const scroller = document.querySelector(".scroller") ?? document.querySelector(".side") ?? document.documentElement;
    const times = [];
    let last = performance.now();
    const next = (now) => {
      times.push(now - last);
      last = now;
      scroller.scrollBy(0, 400);
      if (times.length < 120) requestAnimationFrame(next);
      else resolve(times.slice(1).sort((one, other) => one - other)[Math.floor(119 * 0.95)]);
    };
    requestAnimationFrame(next);
  })`);
}
