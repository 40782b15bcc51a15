import { extractText, getDocumentProxy } from "unpdf";
import { Unparsable } from "./unparsable.ts";

/** The text of a PDF, page by page. Throws Unparsable if it is damaged or protected by a password. */
export async function pdfText(bytes: Uint8Array): Promise<string> {
  try {
    const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
    const { text } = await extractText(document, { mergePages: false });
    return text.join("\n\n");
  } catch (cause) {
    const locked = cause instanceof Error && cause.name === "PasswordException";
    const reason = locked ? "it is protected by a password" : "it is not a valid PDF";
    throw new Unparsable("invalid_file", `The file could not be parsed because ${reason}.`, { cause });
  }
}
