import { DatabaseSync } from "node:sqlite";
import { wordRules } from "./schema.ts";
import { searchable } from "./searchable.ts";

/** Splits texts into words, stemmed and without accents, as the index of SQLite does. All work is done when a call returns. */
export interface WordSplitter {
  /** The words of a query, each once. Any text is a query. */
  words(query: string): string[];
  /** How often each word occurs in each of the texts, which are numbered from 0. */
  count(texts: readonly string[]): { word: string; text: number; count: number }[];
}

/**
 * A splitter with a separate index, beside an open database or in memory, that holds a text only while it is split; so no text is ever
 * interpreted as FTS5's query language.
 */
export function createWordSplitter(database = new DatabaseSync(":memory:")): WordSplitter {
  database.exec(`CREATE VIRTUAL TABLE temp.asked USING fts5(text, ${wordRules});
    CREATE VIRTUAL TABLE temp.asked_words USING fts5vocab('temp', 'asked', 'instance');`);
  const insert = database.prepare("INSERT INTO temp.asked (rowid, text) VALUES (?, ?)");
  const read = database.prepare("SELECT term, doc, count(*) AS count FROM temp.asked_words GROUP BY term, doc");
  const forget = database.prepare("DELETE FROM temp.asked");
  const count = (texts: readonly string[]): { word: string; text: number; count: number }[] => {
    try {
      for (const [index, text] of texts.entries()) insert.run(index, searchable(text));
      return read
        .all()
        .map(({ term, doc, count }) => ({ word: String(term), text: Number(doc), count: Number(count) }));
    } finally {
      forget.run();
    }
  };
  return {
    words: (query) => count([query]).map(({ word }) => word),
    count,
  };
}
