import { posix } from "node:path";

/** Where a project keeps the schema of a kind of file, from its root. */
export function schemaPath(kind: string): string {
  return `schemas/${kind}.schema.json`;
}

/**
 * The first line of a YAML file in `folder`, by which editors find the schema of its kind; an empty text in a project that does not have
 * the schema. `isTaken` tells of paths that something is at.
 */
export function schemaLine(kind: string, folder: string, isTaken: (path: string) => boolean): string {
  const schema = schemaPath(kind);
  return isTaken(schema) ? `# yaml-language-server: $schema=${posix.relative(folder, schema)}\n` : "";
}
