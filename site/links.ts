import { posix } from "node:path";
import { Parser } from "htmlparser2";
import { lexer, walkTokens } from "marked";

/** The links of a file, and the anchors that other files can link to. */
interface Document {
  links: string[];
  anchors: ReadonlySet<string>;
}

interface CheckedLinks {
  count: number;
  /** A line for each link that leads nowhere: its file, and the link. */
  broken: string[];
}

/**
 * Follows every link in the HTML, Markdown and text among the files of a folder, by their paths, with its anchor. Links to other hosts are not
 * followed: they must be URLs of https.
 */
export function checkLinks(files: ReadonlyMap<string, string>): CheckedLinks {
  const documents = new Map<string, Document>();
  for (const [path, text] of files) {
    const parse = parsers[posix.extname(path)];
    if (parse !== undefined) documents.set(path, parse(text));
  }
  const leads = (from: string, link: string): boolean => {
    if (/^[a-z]+:/.test(link))
      return /^(?:https:|http:\/\/127\.0\.0\.1[:/]|data:image\/)/.test(link) && URL.canParse(link);
    const [, path = "", anchor = ""] = /^([^#]*)#?(.*)$/.exec(link) ?? [];
    const target = path === "" ? from : posix.join(posix.dirname(from), path);
    // The anchors of a page's Markdown are those of its HTML.
    const anchors = documents.get(target.replace(/\.md$/, ".html"))?.anchors;
    return files.has(target) && (anchor === "" || anchors?.has(decodeURIComponent(anchor)) === true);
  };
  const links = [...documents].flatMap(([path, document]) => document.links.map((link) => [path, link] as const));
  return {
    count: links.length,
    broken: links.filter(([path, link]) => !leads(path, link)).map(([path, link]) => `${path}: ${link}`),
  };
}

const parsers: Record<string, (text: string) => Document> = {
  ".html": parseHtml,
  ".md": parseMarkdown,
  ".txt": parseMarkdown,
};

function parseHtml(html: string): Document {
  const links: string[] = [];
  const anchors = new Set<string>();
  const parser = new Parser({
    onopentag(_, { id, href, src }) {
      if (id !== undefined) anchors.add(id);
      links.push(...[href, src].filter((link) => link !== undefined));
    },
  });
  parser.end(html);
  return { links, anchors };
}

function parseMarkdown(markdown: string): Document {
  const links: string[] = [];
  void walkTokens(lexer(markdown), (token) => {
    if (token.type === "link" || token.type === "image") links.push(String(token["href"]));
  });
  return { links, anchors: new Set() };
}
