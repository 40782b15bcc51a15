import { deflateRawSync } from "node:zlib";
import type { FileIndex, IndexRow, Span } from "../../../page-data/index-row.ts";
import { toColumns } from "../../../page-data/index-row.ts";
import type { FileContent, ScenarioPage } from "../../../page-data/scenario-page.ts";
import type { ScenarioStatus } from "../../results/result.ts";
import type { Write } from "../reporter.ts";

/** The number of characters after which only small attachments are added; larger ones stay in the run's folder. */
const mostCharacters = 50_000_000;
const smallBytes = 1_000_000;

/** Writes chunks one after another and keeps track of their positions. */
export interface Pack {
  page(this: void, page: ScenarioPage): void;
  /** Adds the files that a page refers to, each once; `read` returns their bytes. */
  attachments(this: void, page: ScenarioPage, read: (sha256: string) => Promise<Uint8Array | null>): Promise<void>;
  /** Adds a page of the previous run, as long as there is room. */
  earlier(this: void, page: ScenarioPage): void;
  /** The index of all chunks. A row without a page is omitted; `before` is the previous run. */
  index(this: void, rows: readonly IndexRow[], before: { run: string; began: string } | null): FileIndex;
}

/** Creates an empty pack. */
export function createPack(write: Write): Pack {
  const pages = new Map<string, Span>();
  const attachments = new Map<string, Span>();
  const earlier = new Map<string, Span & { status: ScenarioStatus }>();
  let end = 0;
  const add = (chunk: string): Span => {
    write(chunk);
    const span = { start: end, length: chunk.length };
    end += chunk.length;
    return span;
  };
  return {
    page: (page) => void pages.set(page.id, add(chunkOf(page))),
    async attachments(page, read) {
      for (const { sha256, bytes } of contentsIn(page)) {
        if (attachments.has(sha256) || (end > mostCharacters && bytes > smallBytes)) continue;
        const content = await read(sha256);
        if (content !== null) attachments.set(sha256, add(deflated(content)));
      }
    },
    earlier(page) {
      if (end < mostCharacters) earlier.set(page.id, { ...add(chunkOf(page)), status: page.status as ScenarioStatus });
    },
    index(rows, before) {
      const then = [...earlier];
      const there = rows.flatMap((row) => {
        const span = pages.get(row.id);
        return span === undefined ? [] : [{ row, span }];
      });
      return {
        rows: toColumns(there.map(({ row }) => row)),
        pages: { start: there.map(({ span }) => span.start), length: there.map(({ span }) => span.length) },
        attachments: Object.fromEntries(attachments),
        earlier: before && {
          ...before,
          id: then.map(([id]) => id),
          status: then.map(([, { status }]) => status),
          pages: { start: then.map(([, { start }]) => start), length: then.map(([, { length }]) => length) },
        },
      };
    },
  };
}

/** A value as `decodeChunk` reads it. */
export function chunkOf(value: unknown): string {
  return deflated(JSON.stringify(value));
}

function deflated(content: string | Uint8Array): string {
  return deflateRawSync(content).toString("base64");
}

function contentsIn({ attempts }: ScenarioPage): FileContent[] {
  const items = attempts.flatMap(({ turns }) => turns.flatMap((turn) => turn.items));
  const files = items.flatMap((item) => {
    if (item.kind === "message") return item.files.concat(item.citations.map(({ file }) => file));
    return item.kind === "code" ? item.files : [];
  });
  return files.flatMap(({ content }) => content ?? []);
}
