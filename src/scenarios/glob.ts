/** Whether a name fits a glob: `*` is any number of characters, `?` is one. */
export function fitsGlob(name: string, glob: string): boolean {
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(name);
}
