import { createCounter, readTags } from "./tags.ts";
import { Unparsable } from "./unparsable.ts";
import { zipTexts } from "./zip.ts";

/** How the elements of WordprocessingML and DrawingML (ECMA-376) translate to plain text. */
const runs = new Set(["w:t", "a:t"]);
const endings: Record<string, string> = {
  "w:p": "\n",
  "w:br": "\n",
  "w:cr": "\n",
  "w:tab": "\t",
  "w:tc": "\t",
  "a:p": "\n",
  "a:br": "\n",
  "a:tc": "\t",
};
/** Contains the same text again, for readers that do not know a newer element. */
const repeated = new Set(["mc:Fallback"]);

/** The text of a Word document, then its footnotes and endnotes. Throws Unparsable. */
export function docxText(bytes: Uint8Array): string {
  return partsText(bytes, /^word\/(document|footnotes|endnotes)\.xml$/);
}

/** The text of a presentation, slide after slide. Throws Unparsable. */
export function pptxText(bytes: Uint8Array): string {
  return partsText(bytes, /^ppt\/slides\/slide\d+\.xml$/);
}

function partsText(bytes: Uint8Array, name: RegExp): string {
  const parts = [...zipTexts(bytes, (part) => name.test(part))];
  if (parts.length === 0)
    throw new Unparsable("invalid_file", "The file could not be parsed because it is not a valid Office document.");
  const inOrder = parts.toSorted(([left], [right]) => left.localeCompare(right, "en", { numeric: true }));
  return inOrder.map(([, xml]) => xmlText(xml).trim()).join("\n\n");
}

function xmlText(xml: string): string {
  let text = "";
  const inRun = createCounter(runs);
  const skipped = createCounter(repeated);
  readTags(
    xml,
    { xml: true },
    {
      open(name) {
        skipped.open(name);
        inRun.open(name);
      },
      text(part) {
        if (inRun.isInside() && !skipped.isInside()) text += part;
      },
      close(name) {
        skipped.close(name);
        inRun.close(name);
        if (!skipped.isInside()) text += endings[name] ?? "";
      },
    },
  );
  return text;
}
