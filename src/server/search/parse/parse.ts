import { formatOfBytes, formatOfName, type Format } from "./format.ts";
import { decodeText } from "./text.ts";
import { Unparsable } from "./unparsable.ts";

/** The text of a file; its extension decides the format, or its first bytes if the extension is unknown. Throws Unparsable. */
export async function parseFile(filename: string, bytes: Uint8Array): Promise<string> {
  const format = formatOfName(filename) ?? formatOfBytes(bytes);
  if (format === null) throw new Unparsable("unsupported_file", "The file type is not supported.");
  const text = (await read(format, bytes)).replaceAll("\0", "").toWellFormed();
  if (text.trim() === "") throw new Unparsable("invalid_file", "The file could not be parsed because it is empty.");
  return text;
}

/** The parsers of complex formats are loaded when a file needs them. */
async function read(format: Format, bytes: Uint8Array): Promise<string> {
  switch (format) {
    case "text":
      return decodeText(bytes);
    case "html":
      return (await import("./html.ts")).htmlText(decodeText(bytes));
    case "pdf":
      return (await import("./pdf.ts")).pdfText(bytes);
    case "docx":
      return (await import("./office.ts")).docxText(bytes);
    case "pptx":
      return (await import("./office.ts")).pptxText(bytes);
  }
}
