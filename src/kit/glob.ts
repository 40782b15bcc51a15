/** True when a name or an address matches a glob: `*` is any number of characters, `?` is one. Takes time proportional to the product of the lengths. */
export function fitsGlob(name: string, glob: string): boolean {
  let at = 0;
  let inGlob = 0;
  /** The last `*`: where the glob continues after it, and how far it extends. */
  let star: { inGlob: number; at: number } | null = null;
  while (at < name.length) {
    const wanted = glob[inGlob];
    if (wanted === "*") {
      inGlob += 1;
      star = { inGlob, at };
    } else if (wanted !== undefined && (wanted === "?" || wanted === name[at])) {
      at += 1;
      inGlob += 1;
    } else if (star !== null) {
      star.at += 1;
      ({ inGlob, at } = star);
    } else return false;
  }
  return /^\**$/.test(glob.slice(inGlob));
}
