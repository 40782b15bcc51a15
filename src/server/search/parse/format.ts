/** How a file is read. Markdown, source code, JSON and CSV are read as plain text. */
export type Format = "text" | "html" | "pdf" | "docx" | "pptx";

const formats: Record<string, Format> = { htm: "html", html: "html", pdf: "pdf", docx: "docx", pptx: "pptx" };

/** The extensions that the API's documentation lists for file search, and CSV. */
const textual = "c cpp cs css csv go java js json md php py rb sh tex ts txt";
for (const extension of textual.split(" ")) formats[extension] = "text";

/** The format that a filename indicates; `null` if its extension indicates none. */
export function formatOfName(filename: string): Format | null {
  const extension = /\.([^./\\]+)$/.exec(filename)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(formats, extension) ? (formats[extension] ?? null) : null;
}

/** The format that the first bytes indicate, for a name that indicates none: PDF, or text unless they contain a zero byte. */
export function formatOfBytes(bytes: Uint8Array): Format | null {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, sniffed));
  if (head.startsWith("%PDF-")) return "pdf";
  const isUtf16 = head.startsWith("ÿþ") || head.startsWith("þÿ");
  return isUtf16 || !head.includes("\0") ? "text" : null;
}

const sniffed = 8192;
