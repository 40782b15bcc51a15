import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../kit/files.ts";
import { hashOf } from "../../kit/hash.ts";
import { asObject, parseJson } from "../../kit/json.ts";
import type { Opinion } from "./ask.ts";

/** Opinions that were given before, by the key of their question and by who was asked. */
export interface OpinionCache {
  /** `null` for one that nobody gave yet, or whose file cannot be read. */
  find(key: string, asked: unknown): Promise<Opinion | null>;
  /** What cannot be written is asked again the next time. */
  keep(key: string, asked: unknown, opinion: Opinion): Promise<void>;
}

const formatVersion = 1;

/**
 * Opinions in a folder, a file each, written whole: two processes that write the same one write the same, and one that reads sees all of it or
 * nothing.
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
