import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { publishedFile, sourceFile } from "../../../kit/package-files.ts";

/** The app of the report page, as text. */
export interface PageApp {
  script: string;
  style: string;
}

/** Reads the app that was built with the package. When Playbill runs from its sources, the app is rebuilt first if something changed. */
export async function pageApp(): Promise<PageApp> {
  const built = sourceFile("page/app.js");
  const folder = existsSync(built) ? new URL(".", built) : await builtFromSources();
  const [script, style] = await Promise.all(
    ["app.js", "app.css"].map((name) => readFile(new URL(name, folder), "utf8")),
  );
  return { script: script ?? "", style: style ?? "" };
}

/** Builds the app. Neither this module nor its build tools are part of the package. */
async function builtFromSources(): Promise<URL> {
  const { cachedPage } = (await import(publishedFile("scripts/bundle-page.ts").href)) as {
    cachedPage(this: void, cache: string): Promise<URL>;
  };
  return cachedPage(fileURLToPath(publishedFile("node_modules/.cache/playbill-page/")));
}
