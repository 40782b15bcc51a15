import { Parser } from "htmlparser2";

const silent = new Set(["script", "style", "template", "noscript", "svg"]);
const blocks = new Set(
  "address article aside blockquote br dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table title tr ul".split(
    " ",
  ),
);
const cells = new Set(["td", "th"]);

/** What a reader of the page sees, one line a block; images are their alternative text. */
export function htmlText(html: string): string {
  const lines: string[] = [];
  let line = "";
  let silence = 0;
  let verbatim = 0;
  const write = (part: string): void => {
    if (silence === 0) line += part;
  };
  const breakLine = (): void => {
    const shown = verbatim > 0 ? line.trimEnd() : line.replaceAll(/\s+/g, " ").trim();
    if (shown !== "") lines.push(shown);
    line = "";
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      if (silent.has(name)) silence += 1;
      if (blocks.has(name)) breakLine();
      if (name === "pre") verbatim += 1;
      if (name === "img" && attributes["alt"]) write(` ${attributes["alt"]} `);
    },
    ontext: write,
    onclosetag(name) {
      if (silent.has(name)) silence -= 1;
      if (blocks.has(name)) breakLine();
      if (name === "pre") verbatim -= 1;
      if (cells.has(name)) write(" ");
    },
    onend: breakLine,
  });
  parser.end(html);
  return lines.join("\n");
}
