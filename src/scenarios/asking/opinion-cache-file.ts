import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { hashOf } from "../../kit/hash.ts";
import { asObject, parseJson } from "../../kit/json.ts";
import type { Opinion } from "./ask.ts";

/** A cache of opinions, by the key of the question and the model that was called. */
export interface OpinionCache {
  /** `null` when there is none, or its file cannot be read. */
  find(key: string, asked: unknown): Promise<Opinion | null>;
  /** Stores an opinion. If it cannot be written, the question is asked again next time. */
  keep(key: string, asked: unknown, opinion: Opinion): Promise<void>;
}

const formatVersion = 1;

/**
 * A cache in a folder, one file per opinion. Files are written atomically: processes that write the same opinion write the same content, and a
 * reader sees all of it or nothing.
 */
export function openOpinionCache(folder: string): OpinionCache {
  const fileOf = (key: string, asked: unknown) => join(folder, `${hashOf([key, asked]).slice(0, 40)}.json`);
  return {
    async find(key, asked) {
      const text = await readFile(fileOf(key, asked), "utf8").catch(() => "");
      const { format_version: version, key: kept, opinion } = asObject(parseJson(text));
      if (version !== formatVersion || kept !== key) return null;
      const { value, by } = asObject(opinion);
      const { model, asked: words } = asObject(by);
      if (typeof model !== "string") return null;
      const noted = typeof words === "string" ? { asked: words } : {};
      return { kind: "answer", value, by: { model, ...noted, usage: null, cost: 0, isCached: true } };
    },
    async keep(key, asked, opinion) {
      if (opinion.kind !== "answer") return;
      const text = `${JSON.stringify({ format_version: formatVersion, key, opinion })}\n`;
      await writeWhole(fileOf(key, asked), text).catch(() => {});
    },
  };
}
