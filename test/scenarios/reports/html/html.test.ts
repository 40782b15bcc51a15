import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromColumns, type FileIndex } from "../../../../src/page-data/index-row.ts";
import { blocks, decodeChunk } from "../../../../src/page-data/pack.ts";
import type { RunHead } from "../../../../src/page-data/run-head.ts";
import type { ScenarioPage } from "../../../../src/page-data/scenario-page.ts";
import { escapeHtml } from "../../../../src/scenarios/reports/html/document.ts";
import { createHtmlReporter } from "../../../../src/scenarios/reports/html/html.ts";
import { pageApp } from "../../../../src/scenarios/reports/html/page-app.ts";
import { scenarioPageOf } from "../../../../src/scenarios/reports/html/scenario-page.ts";
import { errored, played, reported, skipped } from "../results.ts";

const results = [played(4), errored, skipped];

/** The text of an element with that id. */
function blockIn(html: string, name: keyof typeof blocks): string {
  return html.split(` id="${blocks[name]}">`)[1]?.split("</script>")[0] ?? "";
}

test("a report holds every scenario, each in a chunk of its own", async () => {
  const html = await reported(createHtmlReporter, results);
  const head = await decodeChunk<RunHead>(blockIn(html, "head"));
  expect(head).toMatchObject({ target: "local", project: "project", counts: { failed: 1, errored: 1, skipped: 1 } });
  const index = await decodeChunk<FileIndex>(blockIn(html, "index"));
  expect(fromColumns(index.rows).map(({ id, status }) => [id, status])).toEqual(
    results.map(({ id, status }) => [id, status]),
  );
  const pack = blockIn(html, "pack");
  for (const [at, result] of results.entries()) {
    const start = index.pages.start[at] ?? 0;
    const page = await decodeChunk<ScenarioPage>(pack.slice(start, start + (index.pages.length[at] ?? 0)));
    expect(page).toEqual(scenarioPageOf(result, `playbill test --id ${result.id}`));
  }
});

test("failures can be read where no script may run", async () => {
  const html = await reported(createHtmlReporter, results);
  const summary = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
  expect(summary).toContain("1 failed, 1 errored, 1 skipped");
  expect(summary).toContain("Late order");
  expect(summary).toContain(escapeHtml(results[0]?.verdicts.find(({ pass }) => !pass)?.sentence ?? "?"));
  expect(summary).toContain("<code>playbill test --id cut[off=1]</code>");
});

test("only the page's own script and style may run", async () => {
  const html = await reported(createHtmlReporter, results);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  const inside = (begin: string, end: string) => html.split(begin)[1]?.split(end)[0] ?? "";
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  expect(policy.split("; ")).toEqual([
    "default-src 'none'",
    `script-src ${hash(inside('<script type="module">', "</script>"))}`,
    `style-src ${hash(inside("<style>", "</style>"))}`,
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test("whatever a scenario is called, the document keeps its elements", async () => {
  const elements = (html: string) => html.match(/<\/?[a-z][^>]*>/g);
  const plain = elements(await reported(createHtmlReporter, [{ ...played(4), name: "x" }]));
  for (const name of ["</script><script>alert(1)</script>", '"><img src=x onerror=1>', "<!--", "]]>", "&lt;b&gt;"]) {
    expect(elements(await reported(createHtmlReporter, [{ ...played(4), name }]))).toEqual(plain);
  }
});

test("an escaped text has none of the marks of HTML, and is the text again once it is read", () => {
  const read = (html: string) =>
    html
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&");
  fc.assert(
    fc.property(fc.string(), (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']/);
      expect(read(escaped)).toBe(text);
    }),
  );
});

test("the app has at most 150 KB, and nothing in it leaves the page", async () => {
  const { script, style } = await pageApp();
  expect(script.length + style.length).toBeLessThanOrEqual(150_000);
  expect(script).not.toMatch(/\beval\(|new Function|XMLHttpRequest|WebSocket/);
  expect(style).not.toMatch(/url\(|@import/);
});

test("nothing in the sources of the app makes HTML of a text", () => {
  const page = join(import.meta.dirname, "../../../../src/page");
  for (const file of globSync("**/*.{ts,tsx}", { cwd: page })) {
    const source = readFileSync(join(page, file), "utf8");
    expect(source, file).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser/i,
    );
  }
});
