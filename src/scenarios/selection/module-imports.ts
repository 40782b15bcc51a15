/** The relative specifiers that a module's text imports or requires, each once. Text in comments that looks like an import counts too. */
export function importsIn(text: string): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g);
  return [...new Set([...found].flatMap(([, specifier]) => specifier ?? []))];
}
