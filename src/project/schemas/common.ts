import { Type } from "../../schema/builder.ts";

/** Options that every object of a Playbill file shares: an unknown key is an error. */
export const closed = { additionalProperties: false } as const;

/** A JSON Schema inside a Playbill file; the loader checks that it is a valid schema. */
export const JsonSchema = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Boolean()], {
  description: "A JSON Schema (draft 2020-12).",
  examples: [{ type: "object", properties: { id: { type: "string" } }, required: ["id"], additionalProperties: false }],
});

/** Variables that expressions read as `vars.NAME`. */
export const Vars = Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), Type.Unknown(), {
  ...closed,
  description: "Variables that expressions read as ${{ vars.name }}.",
  examples: [{ company: "Acme" }],
});

/** The same, but some of the names may be marked as sensitive. */
export const SharedVars = Type.Unsafe<Record<string, unknown>>({
  ...Vars,
  properties: {
    sensitive: {
      type: "array",
      items: { type: "string" },
      description: "Names of variables whose values are compared and shown by hash only.",
      examples: [["discount_code"]],
    },
  },
});

/** A duration: a number of seconds, or a number with a unit. */
export const Duration = Type.Union(
  [
    Type.Number({ minimum: 0, description: "Seconds." }),
    Type.String({
      pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$",
      description: "A number with a unit, such as 200ms, 12s, 3m or 1h.",
    }),
  ],
  {
    description: "A duration: a number of seconds, or a number with a unit such as 200ms, 12s, 3m or 1h.",
    examples: ["12s"],
  },
);

/** The API's own limits on metadata: 16 pairs, keys of 64 and values of 512 characters; Playbill uses 3 of the pairs. */
export const Metadata = Type.Record(Type.String({ pattern: "^[\\s\\S]{1,64}$" }), Type.String({ maxLength: 512 }), {
  ...closed,
  maxProperties: 13,
  description: "Up to 13 pairs of strings (3 more are reserved for Playbill's ownership marker).",
  examples: [{ team: "support" }],
});

/** An object at the target that the project refers to but does not manage. */
export const existing = (what: string, example: string) =>
  Type.Object(
    { id: Type.String({ minLength: 1, description: `The id of ${what} at the target.`, examples: [example] }) },
    {
      ...closed,
      description: `${what.replace(/^a/, "A")} that already exists at the target; Playbill only refers to it.`,
    },
  );
