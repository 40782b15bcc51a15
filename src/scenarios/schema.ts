import { closed } from "../project/schemas/common.ts";
import { scenarioFile } from "../project/schemas/scenario/file.ts";
import { Type, type TSchema } from "../schema/builder.ts";
import type { Subject } from "./subjects/subject.ts";

/** The schema of a scenario's file, with these kinds of expectation. */
export function scenarioSchema(subjects: readonly Subject[]): ReturnType<typeof scenarioFile> {
  return scenarioFile({
    turn: expectations(subjects, "turn", "What must hold after the turn."),
    conversation: expectations(subjects, "conversation", "What must hold after the entire conversation."),
  });
}

/** Keys of a scenario that cannot be shared. */
const ownKeys = new Set(["id", "name", "turns", "matrix", "only"]);

/** The schema of `defaults.yaml`: the values that scenarios of a folder share. */
export function scenarioDefaultsSchema(subjects: readonly Subject[]): ReturnType<typeof Type.Object> {
  const shared = Object.entries(scenarioSchema(subjects).properties).filter(([name]) => !ownKeys.has(name));
  const properties = Object.fromEntries(shared.map(([name, schema]) => [name, Type.Optional(schema)]));
  return Type.Object(properties, { ...closed, title: "Playbill scenario defaults" });
}

function expectations(subjects: readonly Subject[], about: "turn" | "conversation", description: string): TSchema {
  const entries = subjects.flatMap(({ name, schemas }) => {
    const schema = schemas[about];
    return schema === undefined ? [] : [[name, Type.Optional(schema)] as const];
  });
  return Type.Object(Object.fromEntries(entries), { ...closed, description });
}
