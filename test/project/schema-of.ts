import { posix } from "node:path";

/** The path, from the root, of the schema of a file of a project; `null` for what Playbill has no schema of. */
export function schemaOf(file: string): string | null {
  const kind = kindOf(file);
  return kind === null ? null : `schemas/${kind}.schema.json`;
}

function kindOf(file: string): string | null {
  if (!file.endsWith(".yaml")) return null;
  if (file === "playbill.yaml") return "playbill";
  const [top, ...folders] = posix.dirname(file).split("/");
  if (top === "assistants") {
    const kinds: Record<string, string> = { tools: "tool", vector_stores: "vector-store" };
    return kinds[folders.findLast((each) => each in kinds) ?? ""] ?? "assistant";
  }
  if (top !== "scenarios") return null;
  if (file === "scenarios/quarantine.yaml") return "quarantine";
  if (folders.at(-1) === "recordings") return "recording";
  return posix.basename(file) === "defaults.yaml" ? "scenario-defaults" : "scenario";
}
