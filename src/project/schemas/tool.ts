import { Type } from "typebox";
import { Duration, JsonSchema, closed } from "./common.ts";

/** A program of the project: arguments as JSON on stdin, the result as JSON on stdout. */
export const CommandHandler = Type.Object(
  {
    command: Type.Array(Type.String(), {
      minItems: 1,
      description: "A program and its arguments; JSON in on stdin, JSON out on stdout.",
    }),
    timeout: Type.Optional(Duration),
  },
  closed,
);

/** An HTTP endpoint: arguments as a JSON body (POST), the result as a JSON answer. */
export const HttpHandler = Type.Object(
  {
    http: Type.Object(
      {
        url: Type.String({ description: "Where the arguments are sent as JSON." }),
        method: Type.Optional(
          Type.Union([Type.Literal("POST"), Type.Literal("PUT"), Type.Literal("GET")], {
            description: "Default: POST.",
          }),
        ),
        headers: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "Headers by name." })),
      },
      { ...closed, description: "An endpoint that gets the arguments as JSON and answers the result as JSON." },
    ),
    timeout: Type.Optional(Duration),
  },
  closed,
);

/** `assistants/tools/NAME.yaml`, as it is written. */
export const ToolFile = Type.Object(
  {
    name: Type.Optional(
      Type.String({ pattern: "^[a-zA-Z0-9_-]{1,64}$", description: "The function's name; default: the file's name." }),
    ),
    description: Type.Optional(
      Type.String({
        maxLength: 1024,
        description: "What the function does; the model reads it to decide whether to call it.",
      }),
    ),
    strict: Type.Optional(
      Type.Boolean({ description: "Hold the model to the schema exactly (OpenAI's strict mode)." }),
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
        { description: "What runs when the tool is called: a module, { command: [...] } or { http: {...} }." },
      ),
    ),
  },
  { ...closed, title: "Playbill tool" },
);
export type WrittenTool = Type.Static<typeof ToolFile>;
export type WrittenHandler = NonNullable<WrittenTool["handler"]>;
