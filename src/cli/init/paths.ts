import { ownedFolders } from "./owned.ts";

/** Lines with the paths; folders that contain only unchanged files of Playbill have one line each. */
export function pathLines(paths: readonly string[]): string[] {
  const lines = paths.map((path) => {
    const folder = ownedFolders.find((each) => path.startsWith(each));
    if (folder === undefined) return `  ${path}`;
    const count = paths.filter((each) => each.startsWith(folder)).length;
    return `  ${folder}  ${count} ${count === 1 ? "file" : "files"}`;
  });
  return [...new Set(lines)];
}
