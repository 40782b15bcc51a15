import { Ajv } from "ajv";
import type { Static, TSchema } from "typebox";
import { explain } from "./explain.ts";

/** Our own schemas need no check against the meta-schema, which would cost more than all of them. */
const ajv = new Ajv({ verbose: true, strict: false, validateFormats: false, validateSchema: false, meta: false });

/** Checks a value from outside against a schema and gives it typed, or throws the ApiFailure that the API would answer. */
export type Parse<T> = (value: unknown) => T;

/** Makes the check of a schema; it is compiled when first used. */
export function parser<S extends TSchema>(schema: S): Parse<Static<S>> {
  return (value) => {
    const valid = ajv.compile<Static<S>>(schema);
    if (valid(value)) return value;
    throw explain(valid.errors ?? []);
  };
}
