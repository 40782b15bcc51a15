import { readdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenPage, describeInBrowser } from "../../test/page/browser.ts";
import { pages } from "../pages.ts";
import { serveSite } from "./served.ts";

let site: Awaited<ReturnType<typeof serveSite>>;
// The addresses of the site are relative, so it is tested where that shows.
beforeAll(async () => void (site = await serveSite("/some/path/")));
afterAll(() => site[Symbol.asyncDispose]());

const get = async (path: string) => {
  const response = await fetch(new URL(path, site.url));
  expect(response.status, path).toBe(200);
  return response.text();
};

test("llms.txt lists every page of docs/ as Markdown, and that is Markdown with a page of HTML beside it", async () => {
  const listed = [...(await get("llms.txt")).matchAll(/^- \[.+\]\((.+)\): .+$/gm)].map(([, path = ""]) => path);
  const written = await readdir(join(import.meta.dirname, "../../docs"));
  expect(listed).toEqual(expect.arrayContaining(written.filter((name) => name.endsWith(".md"))));
  const all = await get("llms-full.txt");
  for (const path of [...listed, "index.md"]) {
    const text = await get(path);
    const [title = ""] = text.split("\n");
    expect(title).toMatch(/^# /);
    expect(all).toContain(title);
    expect(text).not.toContain("<!-- run");
    expect(await get(path.replace(".md", ".html"))).toContain("<h1");
  }
});

test("a page says what it is about, and where it is as Markdown", async () => {
  const html = await get("sync.html");
  expect(html).toContain("<title>Plan and sync | Playbill</title>");
  expect(html).toMatch(/<meta name="description" content="Compare the files [^"]+">/);
  expect(html).toContain(`<link rel="alternate" type="text/markdown" href="./sync.md">`);
});

/** Opens a page and waits until its script runs: what is clicked before does nothing. */
async function go({ page }: OpenPage, path: string): Promise<void> {
  await page.goto(site.url + path);
  await page.waitForFunction("document.querySelector('#app').__vue_app__ !== undefined");
  await page.locator("main h1").waitFor();
}

describeInBrowser("the site", ({ open }) => {
  const expectSound = ({ requests, complaints }: OpenPage) => {
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(site.url))).toEqual([]);
  };

  test("the search finds a page by a term of it, and opens it", async () => {
    const opened = await open();
    const { page } = opened;
    await go(opened, "");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByRole("searchbox").fill("wilson score");
    await page.getByRole("option").filter({ hasText: "Statistics" }).first().click();
    await page.getByRole("heading", { name: "Statistics", level: 1 }).waitFor();
    expect(page.url()).toMatch(`${site.url}statistics.html#`);
    expectSound(opened);
  });

  test("the navigation leads to every page", async () => {
    const opened = await open();
    const { page } = opened;
    await go(opened, "");
    for (const { label, page: name } of pages.slice(1)) {
      await page.locator("#VPSidebarNav").getByRole("link", { name: label, exact: true }).click();
      await expect.poll(() => page.url()).toBe(`${site.url}${name}.html`);
      await page.locator("main h1").waitFor();
    }
    expectSound(opened);
  });

  test.each(["light", "dark"] as const)("axe finds nothing but minor remarks in the %s theme", async (colorScheme) => {
    const opened = await open({ colorScheme, viewport: { width: 1440, height: 900 } });
    const { page } = opened;
    for (const path of ["", "sync.html"]) {
      await go(opened, path);
      expect(await page.locator("html.dark").count()).toBe(colorScheme === "dark" ? 1 : 0);
      await page.evaluate(axe.source);
      // Minor is, for example, the empty corner of a table: Markdown cannot write it otherwise.
      const found = await page.evaluate(
        `axe.run().then(({ violations }) => violations
          .filter(({ impact }) => impact !== "minor").map(({ id, impact, nodes }) => [id, impact, nodes[0].html].join(" ")))`,
      );
      expect(found, path).toEqual([]);
    }
    expectSound(opened);
  });

  const phone = { viewport: { width: 375, height: 812 } };

  test("a phone shows every page without scrolling sideways, even without scripts", async () => {
    const opened = await open({ ...phone, javaScriptEnabled: false });
    const { page } = opened;
    for (const { page: name } of pages) {
      await page.goto(`${site.url}${name}.html`);
      await page.locator("main h1").waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth"), name).toBe(375);
    }
    expectSound(opened);
  });

  test("a phone has the navigation in a menu", async () => {
    const opened = await open(phone);
    const { page } = opened;
    await go(opened, "");
    await page.locator("button[aria-controls=VPSidebarNav]").click();
    await page.locator("#VPSidebarNav").getByRole("link", { name: "Plan and sync" }).click();
    await page.getByRole("heading", { name: "Plan and sync", level: 1 }).waitFor();
    expectSound(opened);
  });
});
