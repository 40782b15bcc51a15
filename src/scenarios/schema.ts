import { closed } from "../project/schemas/common.ts";
import { scenarioFile } from "../project/schemas/scenario/file.ts";
import { Type, type TSchema } from "../schema/builder.ts";
import type { Subject } from "./subjects/subject.ts";

/** The schema of a scenario's file, with these kinds of expectation. */
export function scenarioSchema(subjects: readonly Subject[]): ReturnType<typeof scenarioFile> {
  return scenarioFile({
    turn: expectations(subjects, "turn", "What the turn must have done."),
    conversation: expectations(subjects, "conversation", "What the whole conversation must have done."),
  });
}

function expectations(subjects: readonly Subject[], about: "turn" | "conversation", description: string): TSchema {
  const entries = subjects.flatMap(({ name, schemas }) => {
    const schema = schemas[about];
    return schema === undefined ? [] : [[name, Type.Optional(schema)] as const];
  });
  return Type.Object(Object.fromEntries(entries), { ...closed, description });
}
