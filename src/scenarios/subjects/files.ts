import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { filesOf } from "../record/record.ts";
import { neverFails, severity } from "./fragments.ts";
import { isNamed, listFiles } from "./named-files.ts";
import { defineSubject } from "./subject.ts";

const Files = Type.Object(
  {
    min: Type.Optional(Type.Integer({ minimum: 0, description: "How many there are at least; default: 1." })),
    name: Type.Optional(Type.String({ description: "Only files with this name count; a glob such as *.png." })),
    severity,
  },
  { ...closed, description: "Images and files that the code interpreter must have made." },
);

/** The images and files that the assistant's code made. */
export const files = defineSubject({
  name: "files",
  turn: Files,
  conversation: Files,
  read: ({ min = 1, name }: Static<typeof Files>) => ({ min, name: name ?? null }),
  references: () => [{ kind: "built_in", tool: "code_interpreter", at: [] }],
  faults: ({ min }) =>
    min > 0 ? [] : [neverFails(["min"], "there are always that many", "Write how many there are at least.")],
  judge({ min, name }, { turns }) {
    const made = turns.flatMap(filesOf);
    const count = made.filter((each) => isNamed(each, name)).length;
    const called = name === null ? "" : ` with the name ${name}`;
    const words = `${count} ${count === 1 ? "file was" : "files were"} made${called}`;
    const pass = count >= min;
    const ran = turns.some(({ code }) => code.length > 0);
    const nearest = made.length > 0 ? `Made: ${listFiles(made)}.` : ran ? "The code made no file." : "No code was run.";
    return [
      {
        at: name === null ? [] : ["name"],
        pass,
        expected: { min, ...(name !== null && { name }) },
        actual: made.map((each) => each.name ?? each.id),
        sentence: pass ? words : `${words}; expected at least ${min}`,
        ...(pass ? {} : { nearest }),
      },
    ];
  },
});
