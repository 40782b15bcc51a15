import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, inject, onTestFinished } from "vitest";

/** What the tests of a file share: one browser. */
export interface TestBrowser {
  /** A page that is closed when the test is over: of the profile that is used for all tests of a file, or in a fresh one with these options. */
  open(this: void, options?: BrowserContextOptions): Promise<OpenPage>;
}

export interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** The URL of every request that the page made over the network, in order; the file that is opened is none. */
  requests: readonly string[];
  /** What the browser complained of: errors of scripts, and what the content security policy refused. */
  complaints: readonly string[];
}

/** Milliseconds that a test waits for an element: the machine may be busy. What is there is found at once. */
const patience = 60_000;

/** Tests that need Chromium; left out without it, which the end of the run says. */
export function describeInBrowser(name: string, define: (browser: TestBrowser) => void): void {
  const executablePath = inject("chromium");
  describe.skipIf(executablePath === null)(name, () => {
    let started: Started | null = null;
    beforeAll(async () => {
      if (executablePath !== null) started = await startBrowser(executablePath);
    });
    afterAll(() => started?.close());
    define({
      async open(options) {
        if (started === null) throw new Error("a page can be opened in a test only");
        if (options === undefined) return openPage(started.context);
        const context = await started.browser.newContext(options);
        onTestFinished(() => context.close());
        return openPage(context);
      },
    });
  });
}

interface Started {
  browser: Browser;
  context: BrowserContext;
  close(): Promise<void>;
}

/** Starts Chromium with a home of its own: somebody's own may not be written to, and has settings of theirs. */
async function startBrowser(executablePath: string): Promise<Started> {
  const home = await mkdtemp(join(tmpdir(), "playbill-browser-"));
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({
    executablePath,
    // Not all machines let a program make the name spaces that its sandbox is made of, and it opens nothing but pages of ours.
    chromiumSandbox: false,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, "config"), XDG_CACHE_HOME: join(home, "cache") },
  });
  return {
    browser,
    context: await browser.newContext({ viewport: { width: 1440, height: 900 } }),
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function openPage(context: BrowserContext): Promise<OpenPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  onTestFinished(() => page.close());
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on("request", (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return { page, context, requests, complaints };
}
