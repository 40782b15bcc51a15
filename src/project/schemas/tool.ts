import { Type, type Static } from "../../schema/builder.ts";
import { JsonSchema, closed } from "./common.ts";
import { CommandHandler, HttpHandler } from "./handler.ts";

/** `assistants/tools/NAME.yaml`, as it is written. */
export const ToolFile = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: "^[a-zA-Z0-9_-]{1,64}$",
        description: "The function's name; default: the file's name.",
        examples: ["lookup_order"],
      }),
    ),
    description: Type.Optional(
      Type.String({
        maxLength: 1024,
        description: "What the function does; the model reads it to decide whether to call it.",
        examples: ["Look up one order by its number."],
      }),
    ),
    strict: Type.Optional(
      Type.Boolean({ description: "Make the model follow the schema exactly (OpenAI's strict mode)." }),
    ),
    parameters: Type.Optional(JsonSchema),
    returns: Type.Optional(JsonSchema),
    handler: Type.Optional(
      Type.Union(
        [
          Type.String({ description: "A module whose default export is (args, context) => result." }),
          CommandHandler,
          HttpHandler,
        ],
        {
          description:
            "The implementation to run when the tool is called: a module, { command: [...] } or { http: {...} }.",
          examples: ["./lookup_order.ts", { command: ["python3", "lookup_order.py"] }],
        },
      ),
    ),
  },
  { ...closed, title: "Playbill tool" },
);
export type WrittenTool = Static<typeof ToolFile>;
export type WrittenHandler = NonNullable<WrittenTool["handler"]>;
