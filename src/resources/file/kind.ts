import { sizeText } from "../../kit/size.ts";
import type { FieldRule, FieldTable } from "../fields.ts";
import type { ResourceKind } from "../resource.ts";
import type { FileSpec } from "./spec.ts";

const fixed: Omit<FieldRule<never>, "canonical" | "cleared"> = {
  view: { kind: "value" },
  isEvaluated: false,
  isKeyed: false,
  isFixed: true,
};

/** The rules of a file's fields. */
const fileFields: FieldTable<FileSpec> = {
  filename: { ...fixed, canonical: (name) => name, cleared: "" },
  bytes: { ...fixed, canonical: (bytes) => bytes, cleared: 0 },
  sha256: { ...fixed, canonical: (hash) => hash, cleared: null, isHidden: true },
};

/** Files have no metadata: their owner is known from the lock, and from the stores that contain them. */
export const fileKind: ResourceKind<FileSpec> = {
  name: "file",
  nouns: { one: "file", many: "files" },
  isMarked: false,
  isOptional: true,
  nameOf: ({ filename }) => filename,
  brief: sizes,
  fields: fileFields,
};

function sizes(changes: readonly { before: Partial<FileSpec>; after: Partial<FileSpec> }[]): string {
  const sum = (side: "before" | "after") => changes.reduce((total, each) => total + (each[side].bytes ?? 0), 0);
  const isWhole = (side: "before" | "after") => changes.every((each) => typeof each[side].bytes === "number");
  if (isWhole("before") && isWhole("after")) return `${sizeText(sum("before"))} -> ${sizeText(sum("after"))}`;
  if (isWhole("before") || isWhole("after")) return sizeText(sum("before") + sum("after"));
  return changes.some(({ after }) => after.sha256 !== undefined) ? "changed content" : "";
}
