import { keyDefaults } from "../../project/schemas/defaults.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { citedIn, type TurnRecord } from "../record/record.ts";
import { neverFails, severity } from "./fragments.ts";
import { isNamed, listFiles } from "./named-files.ts";
import { defineSubject } from "./subject.ts";

const Citations = Type.Object(
  {
    min: Type.Optional(
      Type.Integer({
        minimum: 0,
        default: keyDefaults.minimum,
        description: "The minimum number of citations. Default: 1.",
        examples: [2],
      }),
    ),
    file: Type.Optional(
      Type.String({ description: "Count only citations of this file: its name, or a glob.", examples: ["returns.md"] }),
    ),
    severity,
  },
  { ...closed, description: "The citations of files that the reply must contain." },
);

/** The citations in the assistant's messages. */
export const citations = defineSubject({
  name: "citations",
  turn: Citations,
  conversation: Citations,
  read: ({ min = keyDefaults.minimum, file }: Static<typeof Citations>) => ({ min, file: file ?? null }),
  references: ({ file }) => [{ kind: "cited", glob: file, at: ["file"] }],
  faults: ({ min }) => (min > 0 ? [] : [neverFails(["min"], "the number is never below 0", "Write 1 or more.")]),
  judge({ min, file }, { turns }) {
    const cited = turns.flatMap(citedIn);
    const count = cited.filter((each) => isNamed(each, file)).length;
    const of = file === null ? "" : ` of ${file}`;
    const words = `${count} ${count === 1 ? "citation" : "citations"}${of}`;
    const pass = count >= min;
    const found = [...new Set(turns.flatMap(searchedIn))];
    const nearest = [
      cited.length === 0 ? "Nothing was cited." : `Cited: ${listFiles(cited)}.`,
      found.length === 0 ? "Nothing was found by file_search." : `Found by file_search: ${found.join(", ")}.`,
    ].join(" ");
    const sentence = pass ? `there are ${words}` : `there are ${words}; expected at least ${min}`;
    return [
      {
        at: file === null ? [] : ["file"],
        pass,
        expected: { min, ...(file !== null && { file }) },
        actual: cited.map(({ id, name }) => name ?? id),
        sentence,
        ...(pass ? {} : { nearest }),
      },
    ];
  },
});

function searchedIn({ events }: TurnRecord): string[] {
  return events.flatMap(({ event }) => (event.kind === "search" ? event.results.map(({ file }) => file) : []));
}
