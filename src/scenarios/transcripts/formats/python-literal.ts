/** A call in Python syntax: `get_weather(city="Paris", days=2)`. */
export interface PythonCall {
  name: string;
  arguments: Record<string, unknown>;
}

/** Thrown at text that cannot be read. */
class Unreadable extends Error {}

const deepest = 100;

/**
 * The value of a Python literal, which many data sets contain: `{'a': True, "b": None}`. JSON is accepted too. `undefined` for anything
 * else.
 */
export function parsePythonLiteral(text: string): unknown {
  return attempt(text, (reader) => reader.value(0));
}

/** A list of calls, `[f(a=1), g(b='x')]`, or a single one without brackets; `null` for any other text. */
export function parsePythonCalls(text: string): PythonCall[] | null {
  const trimmed = text.trim();
  if (!/^\[?\s*[\p{L}_][\p{L}\p{N}_. /-]*\(/u.test(trimmed)) return null;
  const isList = trimmed.startsWith("[");
  return attempt(trimmed, (reader) => (isList ? reader.calls() : [reader.call()])) ?? null;
}

function attempt<T>(text: string, read: (reader: Reader) => T): T | undefined {
  const reader = createReader(text);
  try {
    const value = read(reader);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

type Reader = ReturnType<typeof createReader>;

const words: Readonly<Record<string, unknown>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "0": "\0" };

function createReader(text: string) {
  let at = 0;
  const fail = (): never => {
    throw new Unreadable();
  };
  const skip = () => {
    while (/\s/.test(text[at] ?? "")) at += 1;
  };
  const take = (character: string): boolean => {
    skip();
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const need = (character: string) => void (take(character) || fail());
  const match = (pattern: RegExp): string | null => {
    skip();
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };

  function string(): string {
    const quote = text[at] ?? "";
    at += 1;
    let read = "";
    for (; text[at] !== quote; at += 1) {
      if (at >= text.length) fail();
      if (text[at] !== "\\") read += text[at];
      else read += escaped();
    }
    at += 1;
    return read;
  }

  function escaped(): string {
    at += 1;
    const letter = text[at] ?? "";
    const digits = { u: 4, x: 2 }[letter];
    if (digits === undefined) return escapes[letter] ?? letter;
    const hex = text.slice(at + 1, at + 1 + digits);
    if (!/^[0-9a-f]+$/i.test(hex)) fail();
    at += digits;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  function items(close: string, read: () => void): void {
    while (!take(close)) {
      read();
      if (!take(",")) {
        need(close);
        return;
      }
    }
  }

  function value(depth: number): unknown {
    if (depth > deepest) fail();
    skip();
    const first = text[at] ?? "";
    if (first === "'" || first === '"') return string();
    if (take("{")) return object(depth);
    if (take("[")) return list("]", depth);
    if (take("(")) return list(")", depth);
    const number = match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number !== null) return Number(number);
    const word = match(/[A-Za-z]+/y) ?? "";
    return Object.hasOwn(words, word) ? words[word] : fail();
  }

  function object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    items("}", () => {
      const key = value(depth + 1);
      need(":");
      entries.push([String(key), value(depth + 1)]);
    });
    return Object.fromEntries(entries);
  }

  function list(close: string, depth: number): unknown[] {
    const all: unknown[] = [];
    items(close, () => void all.push(value(depth + 1)));
    return all;
  }

  function call(): PythonCall {
    const name = match(/[\p{L}_][\p{L}\p{N}_. /-]*/uy)?.trim() ?? fail();
    need("(");
    const entries: [string, unknown][] = [];
    items(")", () => {
      const key = match(/[\p{L}_$][\p{L}\p{N}_$-]*/uy) ?? fail();
      need("=");
      entries.push([key, value(0)]);
    });
    return { name, arguments: Object.fromEntries(entries) };
  }

  return {
    value,
    call,
    calls(): PythonCall[] {
      need("[");
      const all: PythonCall[] = [];
      items("]", () => void all.push(call()));
      return all.length === 0 ? fail() : all;
    },
    end() {
      skip();
      if (at < text.length) fail();
    },
  };
}
