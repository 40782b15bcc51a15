import { type JsonObject, asObject, parseJson } from "../../kit/json.ts";
import { ProblemError, problem } from "../../problem.ts";
import { type Position, placeOf } from "./position.ts";

/** The text of one object of an export, and the objects around it. */
export interface Part {
  /** Usually JSON; lists and objects that are separate parts are empty in it. */
  text: string;
  /** The positions of the text's pieces, in order. */
  pieces: readonly { offset: number; position: Position }[];
  /** The objects around it as far as they were read, the innermost first. */
  around: readonly JsonObject[];
}

/** Splits a text that arrives in chunks. Both methods throw a ProblemError for invalid JSON. */
export interface Splitter {
  /** The objects that end in this chunk. */
  feed(chunk: string): Part[];
  /** Must be called at the end. */
  end(): void;
}

/**
 * Keys whose values are separate objects: those of the API's lists (`data`), and those that scripts use to combine objects
 * (`{"thread": {...}, "messages": [...]}`).
 */
const splitAt = new Set(
  ["data", "assistants", "assistant", "threads", "thread", "messages", "runs", "run_steps", "steps"].concat(
    ["files", "vector_stores", "vector_store", "vector_store_files"],
    ["items", "pages"],
  ),
);

/** The maximum length of one object, in characters. Other text is dropped as soon as it is split, so this limits memory. */
const largest = 64 * 1024 * 1024;
const deepest = 100;

interface List {
  kind: "list";
  expects: "value or end" | "value" | "comma or end";
}
interface Item {
  kind: "item";
  /** Its captured text, without the current chunk. */
  captured: string[];
  length: number;
  pieces: { offset: number; position: Position }[];
  around: readonly JsonObject[];
  depth: number;
  expects: "key" | "value" | "other";
  /** Its last own key. */
  ownKey: string;
}

const whitespace = " \t\r\n";
/** The characters that matter inside a string. */
const inText = /["\\\n]/g;

/**
 * Splits JSON, JSONL and concatenated JSON texts into the objects of an export, of which only the current one is in memory: what is in
 * lists, in list objects (`{"object": "list", "data": [...]}`) and under the names of collections is a separate object. Commas and brackets
 * between objects are checked here, the objects themselves by their parser.
 */
export function createSplitter(file: string): Splitter {
  const frames: (List | Item)[] = [];
  const endsOfText = new RegExp(inText);
  let parts: Part[] = [];
  let line = 1;
  /** Offset of the current line in the complete text; `base` is that of the chunk. */
  let lineStart = 0;
  let base = 0;
  let isInString = false;
  let isEscaped = false;
  /** The key that is being read, `null` outside of one. */
  let readKey: string | null = null;
  /** The start of the text in the current chunk that the innermost item has not captured yet. */
  let from = 0;

  const positionAt = (index: number): Position => ({ line, column: base + index - lineStart + 1 });
  const refuse = (code: "bad_json" | "too_deep" | "file_too_large", message: string, index: number): never => {
    throw new ProblemError([problem(code, message, { place: placeOf(file, positionAt(index), "") })]);
  };

  function begin(index: number, around: readonly JsonObject[]): void {
    const pieces = [{ offset: 0, position: positionAt(index) }];
    frames.push({ kind: "item", captured: [], length: 0, pieces, around, depth: 1, expects: "key", ownKey: "" });
    from = index;
  }

  function take(item: Item, text: string): void {
    item.captured.push(text);
    item.length += text.length;
  }

  /** Continues with an item after a part of it that is a separate object. */
  function resume(item: Item, index: number): void {
    from = index;
    item.expects = "other";
    item.pieces.push({ offset: item.length, position: positionAt(index) });
  }

  function openInside(item: Item, chunk: string, index: number, bracket: string): void {
    const isList = bracket === "[";
    take(item, chunk.slice(from, isList ? index + 1 : index));
    const known = asObject(parseJson(`${item.captured.join("")}${isList ? "]" : "null"}}`));
    item.around = [known, ...item.around];
    if (isList) frames.push({ kind: "list", expects: "value or end" });
    else begin(index, item.around);
  }

  function close(item: Item, chunk: string, index: number): void {
    take(item, chunk.slice(from, index + 1));
    frames.pop();
    const outer = frames.at(-1);
    const isInside = outer?.kind === "item";
    // Inner objects have been split off before: an item's own object is not around it.
    parts.push({ text: item.captured.join(""), pieces: item.pieces, around: item.around });
    if (outer?.kind === "list") outer.expects = "comma or end";
    if (!isInside) return;
    outer.around = outer.around.slice(1);
    take(outer, "{}");
    resume(outer, index + 1);
  }

  function inList(list: List | undefined, character: string, index: number): void {
    if (whitespace.includes(character)) return;
    if (list !== undefined && character === "," && list.expects === "comma or end") {
      list.expects = "value";
      return;
    }
    if (list !== undefined && character === "]" && list.expects !== "value") {
      frames.pop();
      const outer = frames.at(-1);
      if (outer?.kind === "list") outer.expects = "comma or end";
      if (outer?.kind !== "item") return;
      outer.around = outer.around.slice(1);
      return resume(outer, index);
    }
    if (list?.expects === "comma or end")
      return refuse("bad_json", "not JSON: expected a comma or the end of the list", index);
    const holder = frames.findLast((each) => each.kind === "item");
    if (character === "{") return begin(index, holder?.around ?? []);
    if (frames.length >= deepest) return refuse("too_deep", `nested more than ${deepest} levels deep`, index);
    if (character === "[") return void frames.push({ kind: "list", expects: "value or end" });
    return refuse("bad_json", "not an object: an export has objects, and lists of them", index);
  }

  function inItem(item: Item, character: string, chunk: string, index: number): void {
    const isOutermost = item.depth === 1;
    switch (character) {
      case '"':
        isInString = true;
        readKey = isOutermost && item.expects === "key" ? "" : null;
        break;
      case ":":
        if (isOutermost) item.expects = "value";
        break;
      case ",":
        if (isOutermost) item.expects = "key";
        break;
      case "{":
      case "[":
        if (isOutermost && item.expects === "value" && splitAt.has(item.ownKey))
          return openInside(item, chunk, index, character);
        item.depth += 1;
        break;
      case "}":
      case "]":
        item.depth -= 1;
        if (item.depth === 0) return close(item, chunk, index);
    }
    if (frames.length + item.depth > deepest) refuse("too_deep", `nested more than ${deepest} levels deep`, index);
  }

  function inString(character: string): void {
    if (isEscaped) isEscaped = false;
    else if (character === "\\") isEscaped = true;
    else if (character === '"') {
      isInString = false;
      const top = frames.at(-1);
      if (readKey !== null && top?.kind === "item") {
        top.ownKey = readKey;
        top.expects = "other";
      }
      readKey = null;
      return;
    }
    if (readKey !== null) readKey += character;
  }

  return {
    feed(chunk) {
      parts = [];
      from = 0;
      for (let index = 0; index < chunk.length; index += 1) {
        if (isInString && readKey === null && !isEscaped) {
          endsOfText.lastIndex = index;
          index = endsOfText.exec(chunk)?.index ?? chunk.length;
          if (index === chunk.length) break;
        }
        const character = chunk[index] ?? "";
        if (isInString) inString(character);
        else {
          const top = frames.at(-1);
          if (top?.kind === "item") inItem(top, character, chunk, index);
          else inList(top, character, index);
        }
        if (character === "\n") {
          line += 1;
          lineStart = base + index + 1;
        }
      }
      const top = frames.at(-1);
      if (top?.kind === "item") take(top, chunk.slice(from));
      base += chunk.length;
      if (top?.kind === "item" && top.length > largest)
        refuse("file_too_large", `one object of the export has more than ${largest} characters`, 0);
      return parts;
    },
    end() {
      if (frames.length > 0) refuse("bad_json", "not JSON: the file ends too early", 0);
    },
  };
}
