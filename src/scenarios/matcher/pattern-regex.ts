const inlineFlags = /^\(\?([ims]+)\)/;

/**
 * Compiles a pattern that may begin with flags, as in `(?i)paris` or `(?is)a.b`.
 * Throws a SyntaxError when the pattern is not a regular expression.
 */
export function compileRegex(pattern: string): RegExp {
  const leading = inlineFlags.exec(pattern);
  const source = leading === null ? pattern : pattern.slice(leading[0].length);
  const flags = [...new Set(leading?.[1] ?? "")].join("");
  return isUnicodePattern(source) ? new RegExp(source, `${flags}u`) : new RegExp(source, flags);
}

/** What is wrong with a pattern, or `null`. */
export function regexFault(pattern: string): string | null {
  try {
    compileRegex(pattern);
    return null;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error);
  }
}

/** Unicode mode refuses needless escapes such as `\-`, which people do write; without it `\p{L}` means nothing. */
function isUnicodePattern(source: string): boolean {
  try {
    return new RegExp(source, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
