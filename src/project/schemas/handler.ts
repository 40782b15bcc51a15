import { keyDefaults } from "./defaults.ts";
import { Type } from "../../schema/builder.ts";
import { Duration, closed } from "./common.ts";

/** The keys of a program of the project: arguments as JSON on stdin, the result as JSON on stdout. */
export const commandKeys = {
  command: Type.Array(Type.String(), {
    minItems: 1,
    description: "A program and its arguments; it reads JSON from stdin and writes JSON to stdout.",
    examples: [["python3", "lookup_order.py"]],
  }),
  timeout: Type.Optional(Duration),
};

/** The keys of an HTTP endpoint: arguments as a JSON body (POST), the result as a JSON answer. */
export const httpKeys = {
  http: Type.Object(
    {
      url: Type.String({
        description: "The URL to which the arguments are sent as JSON.",
        examples: ["http://127.0.0.1:8080/orders"],
      }),
      method: Type.Optional(
        Type.Union([Type.Literal("POST"), Type.Literal("PUT"), Type.Literal("GET")], {
          default: keyDefaults.http.method,
          description: "Default: POST.",
        }),
      ),
      headers: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          description: "Headers by name.",
          examples: [{ "x-team": "support" }],
        }),
      ),
    },
    { ...closed, description: "An endpoint that receives the arguments as JSON and returns the result as JSON." },
  ),
  timeout: Type.Optional(Duration),
};

export const CommandHandler = Type.Object(commandKeys, closed);

export const HttpHandler = Type.Object(httpKeys, closed);
