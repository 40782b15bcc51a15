import { Type, type Static } from "../../../schema/builder.ts";
import { closed } from "../common.ts";

/** Files that turns may attach. */
export const Files = Type.Record(
  Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_-]*$" }),
  Type.String({ description: "A file, relative to the scenario's." }),
  { ...closed, description: "Files that turns attach, by name.", examples: [{ invoice: "files/invoice.pdf" }] },
);

/** Files attached to what the user says. */
export const Attach = Type.Array(
  Type.Object(
    {
      file: Type.String({ description: "The name of a file under files.", examples: ["invoice"] }),
      for: Type.Array(
        Type.Union([Type.Literal("file_search"), Type.Literal("code_interpreter"), Type.Literal("vision")]),
        {
          minItems: 1,
          uniqueItems: true,
          examples: [["file_search"]],
          description: "Tools that may read it; vision shows it to the model, as an image.",
        },
      ),
    },
    closed,
  ),
  { minItems: 1, maxItems: 10, description: "Files to attach to the user's message." },
);
export type WrittenAttachment = Static<typeof Attach>[number];
