// The one place that knows where the files of this package are. It works because its own file is `src/kit/package-files.ts` where Node runs
// the sources, and `dist/kit/package-files.js` in the built package: scripts/bundle.ts makes it an entry, so that it stays there.

const ending = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/** A file or folder that is published beside the code, by its path from the folder of package.json: `schemas/project.schema.json`. */
export function publishedFile(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}

/** A file or folder that is read unchanged, by its path from `src/`, such as our Python modules. */
export function sourceFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

/** A module that runs as a thread, by its path from `src/` without its extension. scripts/bundle.ts has to list it. */
export function threadFile(path: string): URL {
  return sourceFile(path + ending);
}
