import { createCounter, readTags } from "./tags.ts";

const silent = new Set(["script", "style", "template", "noscript", "svg"]);
const blocks = new Set(
  "address article aside blockquote br dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table title tr ul".split(
    " ",
  ),
);
const cells = new Set(["td", "th"]);

/** The text that a reader of the page sees, one line per block, with the alternative text of images. */
export function htmlText(html: string): string {
  const lines: string[] = [];
  let line = "";
  const silence = createCounter(silent);
  const verbatim = createCounter(new Set(["pre"]));
  const write = (part: string): void => {
    if (!silence.isInside()) line += part;
  };
  const breakLine = (): void => {
    const shown = verbatim.isInside() ? line.trimEnd() : line.replaceAll(/\s+/g, " ").trim();
    if (shown !== "") lines.push(shown);
    line = "";
  };
  readTags(
    html,
    { xml: false },
    {
      open(name, attributes) {
        silence.open(name);
        if (blocks.has(name)) breakLine();
        verbatim.open(name);
        if (cells.has(name)) write(" ");
        const alternative = name === "img" ? attributes.get("alt") : undefined;
        if (alternative) write(` ${alternative} `);
      },
      text: write,
      close(name) {
        silence.close(name);
        if (blocks.has(name)) breakLine();
        verbatim.close(name);
        if (cells.has(name)) write(" ");
      },
    },
  );
  breakLine();
  return lines.join("\n");
}
