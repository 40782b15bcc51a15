import type { WrittenModel } from "./schemas/models.ts";
import type { WrittenProject } from "./schemas/project.ts";

/** The models that Playbill itself calls, by name: everything under `models` of `playbill.yaml` that is not `sunset`. */
export function modelEntries({ models = {} }: Pick<WrittenProject, "models">): ReadonlyMap<string, WrittenModel> {
  const { sunset: _, ...entries } = models;
  // The schema says so; its type cannot, for one key is of another kind.
  return new Map(Object.entries(entries) as [string, WrittenModel][]);
}
