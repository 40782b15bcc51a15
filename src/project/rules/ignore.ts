import { didYouMean } from "../../kit/words.ts";
import type { Finding } from "../finding.ts";

/** Findings for what is ignored and is neither a field nor one key of the metadata; `what` has the fields, as in "an assistant". */
export function ignoredExist(ignore: readonly string[], fields: readonly string[], what: string): Finding[] {
  return ignore.flatMap((field, index) =>
    fields.includes(field) || /^metadata\../.test(field)
      ? []
      : [
          {
            path: ["ignore", index],
            code: "unknown_value",
            message: `"${field}" is not a field of ${what}`,
            hint: `It must be one of ${fields.join(", ")} or metadata.KEY.`,
            ...didYouMean(field, fields),
          },
        ],
  );
}
