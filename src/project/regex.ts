const inlineFlags = /^\(\?([ims]+)\)/;

/**
 * Reads a regular expression that may begin with flags, as in `(?i)paris`. It is read in Unicode mode, or without it when it
 * holds escapes that only the older syntax knows, such as `\-`. Throws a SyntaxError.
 */
export function parseRegex(pattern: string): RegExp {
  const [prefix = "", letters = ""] = inlineFlags.exec(pattern) ?? [];
  const source = pattern.slice(prefix.length);
  const flags = [...new Set(letters)].join("");
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return new RegExp(source, flags);
  }
}

/** What is wrong with a regular expression, or `null`. */
export function regexFault(pattern: string): string | null {
  try {
    parseRegex(pattern);
    return null;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message.replace(/^Invalid/, "invalid");
    throw error;
  }
}
