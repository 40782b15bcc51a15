import type { Finding } from "../finding.ts";
import type { WrittenProject } from "../schemas/project.ts";
import type { Rule } from "./rule.ts";

/** Headers that belong to whoever sends a request. */
const ownHeaders = new Set(["host", "connection", "content-length", "content-type", "transfer-encoding", "expect"]);

/** Headers of a target have names, and none that is Playbill's own; a key is given in one way. */
export const targetHeadersFit: Rule<WrittenProject> = ({ value }) =>
  Object.entries(value.targets ?? {}).flatMap(([name, { headers = {}, api_key: key }]) =>
    Object.keys(headers).flatMap((header): Finding[] => {
      const at = { path: ["targets", name, "headers", header], at: "key" as const };
      const isKey = header.toLowerCase() === "authorization";
      if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(header))
        return [{ ...at, code: "bad_form", message: `"${header}" is not the name of a header` }];
      if (ownHeaders.has(header.toLowerCase()))
        return [{ ...at, code: "bad_form", message: `the header "${header}" is made for each request` }];
      if (!isKey || key === undefined) return [];
      return [
        { ...at, code: "conflicting_keys", message: `"${header}" does not go with "api_key": both are one header` },
      ];
    }),
  );
