import { hashOf } from "../../kit/hash.ts";
import { type Json, compareText } from "../../kit/json.ts";
import { isAddress } from "../address.ts";
import type { StoreFiles, StoreMember } from "./spec.ts";

/** The hash of a store's members, independent of their order. */
export function rootOf(members: readonly StoreMember[]): string {
  return hashOf(sorted(members).map(({ file, path, sha256 }) => [path, sha256, file])).slice(0, 32);
}

/** Files in canonical form: those of a store labelled complete equal the members it was filled with. */
export function canonicalFiles(files: StoreFiles): Json {
  switch (files.kind) {
    case "members":
      return files.members.length === 0 ? null : { root: rootOf(files.members), count: files.members.length };
    case "complete":
      return files.count === 0 ? null : { root: files.root, count: files.count };
    case "unknown":
      return files.count === 0 ? null : { unknown: files.count };
    case "pending":
      return "pending";
  }
}

/** True when the store only lacks what an apply still has to add: it was interrupted, or files are gone and created again. */
export function isUnfinished(live: StoreFiles, wanted: StoreFiles): boolean {
  if (live.kind === "pending") return true;
  if (live.kind !== "members" || wanted.kind !== "members") return false;
  const there = wanted.members.filter(({ file }) => !isAddress(file));
  return there.length < wanted.members.length && rootOf(there) === rootOf(live.members);
}

/** The addresses of the files of a store that have no ids yet. */
export function addressesOf(files: StoreFiles): string[] {
  return files.kind === "members" ? files.members.map(({ file }) => file).filter(isAddress) : [];
}

/** The files of a store with ids in place of addresses. */
export function bindFiles(files: StoreFiles, idOf: (address: string) => string): StoreFiles {
  if (files.kind !== "members") return files;
  const bind = (member: StoreMember) => (isAddress(member.file) ? { ...member, file: idOf(member.file) } : member);
  return { kind: "members", members: files.members.map(bind) };
}

function sorted(members: readonly StoreMember[]): StoreMember[] {
  return members.toSorted(
    (one, other) => compareText(one.path ?? "", other.path ?? "") || compareText(one.file, other.file),
  );
}
