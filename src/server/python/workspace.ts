/** Where the files of a session are. */
export const workspace = "/mnt/data";

const longestName = 200;
const longestPath = 1_000;
const forbidden = /[/\\\p{Cc}]/gu;

/** A path in the workspace for a file with that name, distinct from the paths already taken: `a.csv`, `a-2.csv`. */
export function placeFile(filename: string, taken: ReadonlySet<string>): string {
  const name = safeName(filename);
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let path = `${workspace}/${name}`;
  for (let count = 2; taken.has(path); count += 1) path = `${workspace}/${stem}-${count}${extension}`;
  return path;
}

/** Whether a path is that of a file in the workspace, with names that are valid on any system. */
export function isFilePath(path: unknown): path is string {
  if (typeof path !== "string" || path.length > longestPath || !path.startsWith(`${workspace}/`)) return false;
  const names = path.slice(workspace.length + 1).split("/");
  return names.every((name) => name !== "" && name === safeName(name));
}

function safeName(filename: string): string {
  const name = filename.toWellFormed().replaceAll(forbidden, "_").slice(-longestName).toWellFormed();
  return name === "" || name === "." || name === ".." ? "file" : name;
}
