import { keyDefaults } from "../../project/schemas/defaults.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { filesOf } from "../record/record.ts";
import { neverFails, severity } from "./fragments.ts";
import { isNamed, listFiles } from "./named-files.ts";
import { defineSubject } from "./subject.ts";

const Files = Type.Object(
  {
    min: Type.Optional(
      Type.Integer({
        minimum: 0,
        default: keyDefaults.minimum,
        description: "The minimum number of files. Default: 1.",
        examples: [1],
      }),
    ),
    name: Type.Optional(
      Type.String({
        description: "Count only files with this name; it may be a glob such as *.png.",
        examples: ["*.png"],
      }),
    ),
    severity,
  },
  { ...closed, description: "Images and files that the code interpreter must have created." },
);

/** The images and files that the assistant's code created. */
export const files = defineSubject({
  name: "files",
  turn: Files,
  conversation: Files,
  read: ({ min = keyDefaults.minimum, name }: Static<typeof Files>) => ({ min, name: name ?? null }),
  references: () => [{ kind: "built_in", tool: "code_interpreter", at: [] }],
  faults: ({ min }) => (min > 0 ? [] : [neverFails(["min"], "the number is never below 0", "Write 1 or more.")]),
  judge({ min, name }, { turns }) {
    const made = turns.flatMap(filesOf);
    const count = made.filter((each) => isNamed(each, name)).length;
    const called = name === null ? "" : ` named ${name}`;
    const words = `${count} ${count === 1 ? "file" : "files"}${called} ${count === 1 ? "was" : "were"} created`;
    const pass = count >= min;
    const ran = turns.some(({ code }) => code.length > 0);
    const nearest =
      made.length > 0 ? `Created: ${listFiles(made)}.` : ran ? "The code created no file." : "No code was run.";
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
