import { Type } from "../../schema/builder.ts";

/** Options that every object of a Playbill file shares: a key nobody knows is an error. */
export const closed = { additionalProperties: false } as const;

/** A JSON Schema held inside a Playbill file; it is checked as a schema by the loader. */
export const JsonSchema = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Boolean()], {
  description: "A JSON Schema (draft 2020-12).",
});

/** Names with values that expressions read as `vars.NAME`. */
export const Vars = Type.Record(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }), Type.Unknown(), {
  ...closed,
  description: "Values that expressions read as ${{ vars.name }}.",
});

/** The same, where some of the names may be marked as sensitive. */
export const SharedVars = Type.Unsafe<Record<string, unknown>>({
  ...Vars,
  properties: {
    sensitive: {
      type: "array",
      items: { type: "string" },
      description: "Names of variables whose values are compared and shown by hash only.",
    },
  },
});

/** A span of time: a number of seconds, or a number with a unit. */
export const Duration = Type.Union(
  [
    Type.Number({ minimum: 0, description: "Seconds." }),
    Type.String({ pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$", description: "A number and a unit: 200ms, 12s, 3m, 1h." }),
  ],
  {
    description: "A span of time: seconds, or a number with a unit, as in 200ms, 12s, 3m, 1h.",
  },
);

/** The API's own limits on metadata: 16 pairs, keys of 64 and values of 512 characters; 3 pairs are Playbill's. */
export const Metadata = Type.Record(Type.String({ pattern: "^[\\s\\S]{1,64}$" }), Type.String({ maxLength: 512 }), {
  ...closed,
  maxProperties: 13,
  description: "Up to 13 pairs of strings (3 more are kept for Playbill's ownership marker).",
});

/** An object at the target that the project names and does not manage. */
export const existing = (what: string) =>
  Type.Object(
    { id: Type.String({ minLength: 1, description: `The id of ${what} at the target.` }) },
    { ...closed, description: `${what.replace(/^a/, "A")} that is at the target already; Playbill only names it.` },
  );
