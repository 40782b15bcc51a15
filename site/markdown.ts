import { relative } from "node:path";
import type { MarkdownEnv, MarkdownRenderer } from "vitepress";
import { pages, sitePath } from "./pages.ts";

const root = `${import.meta.dirname}/..`;

/** Makes VitePress read Markdown as GitHub does: links between files of the repository work, and two braces are not a template of Vue. */
export function readAsOnGitHub(markdown: MarkdownRenderer): void {
  const { core, renderer } = markdown;
  core.ruler.push("links of the repository", ({ tokens, env }) => {
    const { path } = env as MarkdownEnv;
    const inline = tokens.flatMap(({ children }) => children ?? []);
    for (const [index, token] of inline.entries()) {
      const link = token.attrGet("href");
      if (token.type !== "link_open" || link === null) continue;
      const target = sitePath(relative(root, path), link);
      token.attrSet("href", target);
      const text = inline[index + 1];
      const entry = pages.find(({ page }) => target === `${page}.md`);
      // A link whose text is the file name shows the name of the page.
      if (text?.content === link && entry !== undefined) text.content = entry.label;
    }
  });
  for (const name of ["text", "code_inline"] as const) {
    const render = renderer.rules[name];
    if (render !== undefined) renderer.rules[name] = (...args) => render(...args).replaceAll("{{", "&#123;&#123;");
  }
}

/** The anchor of a heading, as GitHub makes it. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
