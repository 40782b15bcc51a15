/** Whether a name or an address fits a glob: `*` is any number of characters, `?` is one. */
export function fitsGlob(name: string, glob: string): boolean {
  return globPattern(glob).test(name);
}

/** A glob as a pattern for whole texts, to test many. */
export function globPattern(glob: string): RegExp {
  const source = glob.replaceAll(/[.*+?^${}()|[\]\\]/g, (each) => ({ "*": ".*", "?": "." })[each] ?? `\\${each}`);
  return new RegExp(`^${source}$`, "s");
}
