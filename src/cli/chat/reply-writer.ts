import { printable } from "../../kit/terminal-text.ts";
import type { Output } from "../output.ts";
import { createBlocks } from "../markdown/blocks.ts";
import { renderBlock } from "../markdown/render.ts";
import type { Span } from "../markdown/spans.ts";

/** Writes what an assistant says while it is said. Only adds, never changes what was written. */
export interface ReplyWriter {
  push(delta: string): void;
  /** Writes what is left of a message; the next piece begins another one. */
  end(): void;
}

interface ReplyOptions {
  out: Output;
  /** Who speaks. */
  name: string;
  /** Markdown is rendered and styled, else it is written as it is. */
  isRendered: boolean;
  redact(this: void, text: string): string;
}

/** Whole lines and blocks only are written: what is cut could hide a part of a secret. */
export function createReplyWriter({ out, name, isRendered, redact }: ReplyOptions): ReplyWriter {
  const pieces = isRendered ? createBlocks() : createLines();
  const lead = `${name}> `;
  let isFirst = true;
  const show = (part: string) => {
    const text = redact(part);
    const before: Span | null = isFirst ? { text: lead, styles: ["bold"] } : null;
    const lines = isRendered
      ? [...(isFirst ? [] : [""]), ...renderBlock(text, out.columns - 1, before)]
      : [`${isFirst ? lead : ""}${printable(text)}`];
    isFirst = false;
    out.write(`${lines.join("\n")}\n`);
  };
  return {
    push: (delta) => {
      for (const part of pieces.push(delta)) show(part);
    },
    end() {
      for (const part of pieces.end()) show(part);
      isFirst = true;
    },
  };
}

/** The same as blocks, for lines. */
function createLines(): ReturnType<typeof createBlocks> {
  let partial = "";
  return {
    push(piece) {
      const [last = "", ...others] = (partial + piece).split("\n").toReversed();
      partial = last;
      return others.toReversed().map((line) => line.replace(/\r$/, ""));
    },
    end() {
      const rest = partial;
      partial = "";
      return rest === "" ? [] : [rest];
    },
  };
}
