import type { Static, TSchema } from "../../../schema/builder.ts";
import { faultIn } from "./check.ts";

/** Checks a value from outside against a schema and gives it typed, or throws the ApiFailure that the API would answer. */
export type Parse<T> = (value: unknown) => T;

/** Makes the check of a schema. */
export function parser<S extends TSchema>(schema: S): Parse<Static<S>> {
  return (value) => {
    const fault = faultIn(schema, value, "");
    if (fault) throw fault;
    // The schema has been held against the value.
    return value as Static<S>;
  };
}
