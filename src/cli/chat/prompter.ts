import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { StandardInput } from "../world.ts";
import { createKeyReader, fromEditedLine, pasteMarks, toEditedLine } from "./keys.ts";

/** Input from a user or a pipe; `message` is a text of several lines. */
export type Given =
  | { kind: "line"; text: string }
  | { kind: "message"; text: string }
  | { kind: "interrupt" }
  | { kind: "end" };

/** Reads input lines, one at a time. */
export interface Prompter {
  /** The next line. Where lines can be edited, it starts with `prefill`, and kept lines are in the history (arrow keys). */
  read(prompt: string, how: { prefill?: string; isKept: boolean }): Promise<Given>;
  /** Calls `stop` at every Ctrl-C while `work` runs and no input is read. */
  during<T>(stop: () => void, work: () => Promise<T>): Promise<T>;
  canPrefill: boolean;
  /** True when a user can answer. */
  isPerson: boolean;
  close(): void;
}

const controlD = "\u0004";

/** Input that is not read yet, its waiting reader, and what Ctrl-C stops meanwhile. */
function createGiving() {
  const come: Given[] = [];
  let answer: ((given: Given) => void) | null = null;
  let stop: (() => void) | null = null;
  const give = (given: Given): void => {
    const resolve = answer;
    answer = null;
    if (resolve === null || given.kind === "end") come.push(given);
    resolve?.(given);
  };
  return {
    give,
    isAsked: () => answer !== null,
    /** Ctrl-C on an empty line. */
    interrupt: (): void => (stop === null ? give({ kind: "interrupt" }) : stop()),
    /** The next input; nothing follows the end. */
    next(): Promise<Given> {
      const [first] = come;
      if (first !== undefined && first.kind !== "end") come.shift();
      if (first !== undefined) return Promise.resolve(first);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    during: async <T>(stopWork: () => void, work: () => Promise<T>): Promise<T> => {
      stop = stopWork;
      try {
        return await work();
      } finally {
        stop = null;
      }
    },
  };
}

/**
 * Lines with editing and history, by readline. Pasted text becomes one editable line and one message, keys typed while nothing is read are kept, and
 * Ctrl-C is a key.
 */
export function createEditingPrompter(stdin: StandardInput, drawing: NodeJS.WritableStream): Prompter {
  const readKeys = createKeyReader();
  const decoder = new StringDecoder("utf8");
  const filtered = new PassThrough();
  const editor = createInterface({ input: filtered, output: drawing, terminal: true, historySize: 500 });
  const giving = createGiving();
  /** Unread keys. */
  let waiting = "";
  let isKept = true;

  /** Passes on typed keys up to the end of a line; the rest is for the next reader. */
  const pump = () => {
    if (!giving.isAsked() || waiting === "") return;
    const end = waiting.search(/[\r\n]/);
    const keys = end < 0 ? waiting : waiting.slice(0, end + 1);
    waiting = waiting.slice(keys.length);
    filtered.write(keys);
  };
  const press = (data: Buffer | string) => {
    for (const each of readKeys(typeof data === "string" ? data : decoder.write(data))) {
      if (each.kind === "interrupt") interrupt();
      else if (each.kind === "keys") waiting += each.text;
      else waiting += toEditedLine(each.text.replace(/\s+$/, ""));
      pump();
    }
  };
  const interrupt = () => {
    if (!giving.isAsked() || editor.line === "") {
      waiting = "";
      if (giving.isAsked()) drawing.write("\n");
      return giving.interrupt();
    }
    drawing.write("^C\n");
    editor.write(null, { ctrl: true, name: "e" });
    editor.write(null, { ctrl: true, name: "u" });
    editor.prompt();
  };
  editor.on("line", (line) => {
    const text = fromEditedLine(line);
    giving.give({ kind: text.includes("\n") ? "message" : "line", text });
  });
  editor.on("history", (history) => {
    if (!isKept) history.shift();
  });
  editor.on("close", () => giving.give({ kind: "end" }));
  stdin.setRawMode?.(true);
  stdin.on("data", press);
  stdin.on("end", () => {
    waiting += controlD;
    pump();
  });
  stdin.resume();
  drawing.write(pasteMarks.on);

  return {
    canPrefill: true,
    isPerson: true,
    read(prompt, how) {
      const next = giving.next();
      if (!giving.isAsked()) return next;
      isKept = how.isKept;
      editor.setPrompt(prompt);
      editor.prompt();
      if (how.prefill !== undefined && how.prefill !== "") editor.write(toEditedLine(how.prefill));
      pump();
      return next;
    },
    during: giving.during,
    close() {
      drawing.write(pasteMarks.off);
      stdin.off("data", press);
      editor.close();
      stdin.setRawMode?.(false);
      stdin.pause();
    },
  };
}

/** Options for reading lines without editing. */
interface LineOptions {
  /** Shows the prompt; does nothing without a user. */
  ask(this: void, prompt: string): void;
  isPerson: boolean;
  takeInterrupts(this: void, taker: () => void): () => void;
}

/** Lines as they arrive, from a pipe or a dumb terminal; needs no escape characters. */
export function createLinePrompter(stdin: StandardInput, { ask, isPerson, takeInterrupts }: LineOptions): Prompter {
  const lines = createInterface({ input: stdin, terminal: false, crlfDelay: Infinity });
  const giving = createGiving();
  lines.on("line", (text) => giving.give({ kind: "line", text }));
  lines.on("close", () => giving.give({ kind: "end" }));
  // With piped input, Ctrl-C never means to stop only the reply.
  const release = isPerson ? takeInterrupts(giving.interrupt) : () => {};
  return {
    canPrefill: false,
    isPerson,
    read(prompt) {
      ask(prompt);
      return giving.next();
    },
    during: giving.during,
    close() {
      release();
      lines.close();
      stdin.pause();
    },
  };
}
