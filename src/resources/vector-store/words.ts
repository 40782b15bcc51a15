import { isAddress } from "../address.ts";
import type { StoreFiles, StoreMember } from "./spec.ts";

/** The number of files that are named. */
const mostNamed = 3;

/** The change of a store's files on one line; `null` for a store that does not exist. */
export function filesWords(before: StoreFiles | null, after: StoreFiles | null): string {
  if (before === null || after === null) return stateWords(before ?? after);
  if (after.kind !== "members") return `${stateWords(before)} -> ${stateWords(after)}`;
  const news = after.members.filter(({ file }) => isAddress(file));
  const added = news.length === 0 ? "" : `, of which ${news.length} new or changed (${namesOf(news)})`;
  if (before.kind === "members") {
    const missing = without(after.members, before.members).filter(({ file }) => !isAddress(file));
    const surplus = without(before.members, after.members);
    const parts = [
      missing.length === 0 ? "" : `${missing.length} missing (${namesOf(missing)})`,
      surplus.length === 0 ? "" : `${surplus.length} more than declared (${namesOf(surplus)})`,
    ].filter((part) => part !== "");
    if (parts.length > 0) return `${parts.join(", ")} of ${count(after.members.length)}${added}`;
  }
  return `${stateWords(before)} -> ${stateWords(after)}${added}`;
}

function stateWords(files: StoreFiles | null): string {
  switch (files?.kind) {
    case "members":
      return count(files.members.length);
    case "complete":
      return count(files.count);
    case "unknown":
      return files.count === 0 ? "no files" : `${count(files.count)} that Playbill did not add`;
    case "pending":
      return "incomplete";
    case undefined:
      return "no files";
  }
}

function without(members: readonly StoreMember[], others: readonly StoreMember[]): StoreMember[] {
  const there = new Set(others.map(({ file }) => file));
  return members.filter(({ file }) => !there.has(file));
}

function namesOf(members: readonly StoreMember[]): string {
  const names = members.map(({ file, path }) => path ?? file).toSorted();
  const left = names.length - mostNamed;
  return left > 0 ? `${names.slice(0, mostNamed).join(", ")} and ${left} more` : names.join(", ");
}

function count(number: number): string {
  return number === 1 ? "1 file" : `${number.toLocaleString("en-US")} files`;
}
