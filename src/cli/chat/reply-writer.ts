import { printable } from "../../kit/terminal-text.ts";
import type { Output } from "../output.ts";
import { createBlocks } from "../markdown/blocks.ts";
import { renderBlock } from "../markdown/render.ts";
import type { Span } from "../markdown/spans.ts";

/** Streams an assistant's reply to the output. Only appends, never changes written text. */
export interface ReplyWriter {
  push(delta: string): void;
  /** Writes the rest of a message; the next piece begins another one. */
  end(): void;
}

interface ReplyOptions {
  out: Output;
  /** The name of the speaker. */
  name: string;
  /** True to render and style Markdown, false to write it unchanged. */
  isRendered: boolean;
  redact(this: void, text: string): string;
}

/** Writes only complete lines and blocks: a cut text could contain part of a secret that redaction would miss. */
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

/** Like blocks, for lines. */
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
