import fc from "fast-check";

/** Pieces that YAML, expressions, editors or Git take for something else than text. */
const special = [
  [
    "${{",
    "${{ x }}",
    "}}",
    "{{ name }}",
    "${NAME}",
    "<<",
    "yes",
    "null",
    "~",
    "0x1f",
    "1e3",
    "1_000",
    "2020-01-01",
    "=",
    "!tag",
    "&a",
    "*a",
  ],
  ["\r\n", "\r", "\n", "\n\n", " \n", "\t\n", "\n ", "\n\t", "  ", "\t", "---\n", "\n---\n", "...\n", "\n- x", "\n# y"],
  [": ", ":", " #", "# x", "- x", "? ", "'", '"', "\\", "|", "> ", "|-\n", "%YAML", "@", "`", "[", "{", ","],
  [
    "\u00a0",
    "\u2028",
    "\u2029",
    "\u0085",
    "\ufeff",
    "\u200b",
    "\u00ad",
    "\ud800",
    "\u0007",
    "\u001b[31m",
    "\u007f",
    "é",
    "e\u0301",
    "😀",
  ],
  ["<<<<<<< a", "__proto__", "constructor", "../../x"],
].flat();

/** Text that is hard to write into a file so that it is read back the same. */
export const hostileText = fc
  .array(
    fc.oneof(fc.constantFrom(...special), fc.string({ unit: "binary", maxLength: 6 }), fc.string({ maxLength: 12 })),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));
