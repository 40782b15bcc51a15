import { basename, join } from "node:path";
import { defineConfig } from "vitepress";
import { finishSite } from "./finish.ts";
import { readAsOnGitHub, slugOf } from "./markdown.ts";
import { home, pageGroups, pages, sourceOf, tagline } from "./pages.ts";

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#3451b2"/><path d="M6 4l6 4-6 4z" fill="#fff"/></svg>`;

/** The pages beside docs/, by their names without the ending. */
const rootFiles = pages
  .map(sourceOf)
  .filter((source) => !source.includes("/"))
  .map((source) => basename(source, ".md"));

/** The configuration of VitePress: the pages stay where they are, and are rewritten to one flat folder. */
export const siteConfig = defineConfig({
  title: "Playbill",
  description: tagline,
  lang: "en",
  // Relative, so that the built folder works under any path of a server.
  base: "./",
  srcDir: "..",
  srcExclude: ["!(docs)/**/*", `!(${rootFiles.join("|")}).md`],
  rewrites: Object.fromEntries(pages.map((entry) => [sourceOf(entry), `${entry.page}.md`])),
  outDir: "dist",
  cacheDir: join(import.meta.dirname, "../node_modules/.cache/docs"),
  head: [["link", { rel: "icon", href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  markdown: { anchor: { slugify: slugOf }, config: readAsOnGitHub },
  transformPageData: ({ relativePath }) => {
    const entry = pages.find(({ page }) => relativePath === `${page}.md`);
    return { description: entry?.description ?? tagline, ...(entry === home && { titleTemplate: tagline }) };
  },
  transformHead: ({ page }) =>
    page === "404.md" ? [] : [["link", { rel: "alternate", type: "text/markdown", href: `./${page}` }]],
  buildEnd: ({ outDir }) => finishSite(outDir),
  themeConfig: {
    search: { provider: "local", options: { miniSearch: { searchOptions: { combineWith: "AND" } } } },
    outline: [2, 3],
    nav: [
      { text: "Tutorial", link: "/tutorial" },
      { text: "Scenarios", link: "/scenarios" },
      { text: "Problem codes", link: "/problems" },
    ],
    sidebar: pageGroups.map((group) => ({
      text: group.title,
      collapsed: false,
      items: group.pages.map(({ page, label }) => ({ text: label, link: `/${page}` })),
    })),
  },
});
