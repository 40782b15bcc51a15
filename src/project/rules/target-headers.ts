import type { Finding } from "../finding.ts";
import type { WrittenProject } from "../schemas/project.ts";
import type { Rule } from "./rule.ts";

/** Headers that the HTTP client sets itself. */
const ownHeaders = new Set(["host", "connection", "content-length", "content-type", "transfer-encoding", "expect"]);

/** Headers of a target must have valid names, not those that Playbill sets, and must not repeat the key. */
export const targetHeadersFit: Rule<WrittenProject> = ({ value }) =>
  Object.entries(value.targets ?? {}).flatMap(([name, { headers = {}, api_key: key }]) =>
    Object.keys(headers).flatMap((header): Finding[] => {
      const at = { path: ["targets", name, "headers", header], at: "key" as const };
      const isKey = header.toLowerCase() === "authorization";
      if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(header))
        return [{ ...at, code: "bad_form", message: `"${header}" is not a valid header name` }];
      if (ownHeaders.has(header.toLowerCase()))
        return [{ ...at, code: "bad_form", message: `the header "${header}" is set for each request` }];
      if (!isKey || key === undefined) return [];
      return [
        {
          ...at,
          code: "conflicting_keys",
          message: `"${header}" cannot be combined with "api_key": both set the same header`,
        },
      ];
    }),
  );
