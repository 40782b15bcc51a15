import { createRequire } from "node:module";
import type { Ajv2020, Options } from "ajv/dist/2020.js";
import type addFormats from "ajv-formats";

const require = createRequire(import.meta.url);

/** Compiles JSON Schemas, draft 2020-12. Loaded on demand: most commands check none. */
export function createCompiler(options: Options): Ajv2020 {
  const ajv = require("ajv/dist/2020.js") as { Ajv2020: new (options: Options) => Ajv2020 };
  const formats = require("ajv-formats") as typeof addFormats;
  return formats.default(new ajv.Ajv2020(options));
}
