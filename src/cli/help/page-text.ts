import { wantsColor } from "../output.ts";
import type { World } from "../world.ts";

/** The maximum line width for readable text, in columns. */
const widest = 100;

/** Markdown for printing: rendered on a terminal, unchanged elsewhere. Ends with a line end. */
export async function pageText({ stdout, env }: Pick<World, "stdout" | "env">, markdown: string): Promise<string> {
  if (!stdout.isTTY || !wantsColor(stdout, env)) return `${markdown.trimEnd()}\n`;
  const [{ createBlocks }, { renderBlock }] = await Promise.all([
    import("../markdown/blocks.ts"),
    import("../markdown/render.ts"),
  ]);
  const blocks = createBlocks();
  const parts = [...blocks.push(markdown), ...blocks.end()].filter((block) => !block.startsWith("<!--"));
  const width = Math.min(stdout.columns - 1, widest);
  return `${parts.map((block) => renderBlock(block, width, null).join("\n")).join("\n\n")}\n`;
}
