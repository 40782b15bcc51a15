import { Tokenizer } from "htmlparser2";

/** What a reader of marked-up text receives, in the order of the text. */
export interface TagHandlers {
  /** `attributes` as written in this tag, with character references decoded. */
  open(name: string, attributes: ReadonlyMap<string, string>): void;
  close(name: string): void;
  text(part: string): void;
}

/**
 * Reads the tags and texts of HTML or XML one after the other. Tags are not matched, so that the time depends on the length alone,
 * however deeply a file is nested; a self-closing tag is an `open` and a `close`.
 */
export function readTags(source: string, { xml }: { xml: boolean }, tags: TagHandlers): void {
  const nameAt = (start: number, end: number): string => {
    const name = source.slice(start, end);
    return xml ? name : name.toLowerCase();
  };
  let name = "";
  let attribute = "";
  let value = "";
  let attributes = new Map<string, string>();
  const opened = (): void => tags.open(name, attributes);
  const tokenizer = new Tokenizer(
    { xmlMode: xml, decodeEntities: true },
    {
      onopentagname(start, end) {
        name = nameAt(start, end);
        attributes = new Map();
      },
      onattribname(start, end) {
        attribute = nameAt(start, end);
        value = "";
      },
      onattribdata: (start, end) => void (value += source.slice(start, end)),
      onattribentity: (codePoint) => void (value += String.fromCodePoint(codePoint)),
      onattribend: () => void (attributes.has(attribute) || attributes.set(attribute, value)),
      onopentagend: opened,
      onselfclosingtag() {
        opened();
        tags.close(name);
      },
      onclosetag: (start, end) => tags.close(nameAt(start, end)),
      ontext: (start, end) => tags.text(source.slice(start, end)),
      ontextentity: (codePoint) => tags.text(String.fromCodePoint(codePoint)),
      oncdata: (start, end, offset) => void (xml && tags.text(source.slice(start, end - offset))),
      oncomment: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onend: () => {},
    },
  );
  tokenizer.write(source);
  tokenizer.end();
}

/** Counts how many of some elements are open. A closing tag without an opening one does not count. */
export function createCounter(names: ReadonlySet<string>) {
  let count = 0;
  return {
    open: (name: string): void => void (names.has(name) && (count += 1)),
    close: (name: string): void => void (names.has(name) && (count = Math.max(0, count - 1))),
    isInside: (): boolean => count > 0,
  };
}
