import { isHttpUrl } from "../../project/http-url.ts";
import type { Finding } from "../../project/finding.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { hasExpressions } from "../../project/expression.ts";

/** Endpoints of stubs must have URLs. The value of an expression is known only at the time of the call. */
export const endpointsHaveAddresses: Rule<WrittenScenario> = ({ value: { tools = {} } }) =>
  Object.entries(tools).flatMap(([name, rules]) =>
    rules.flatMap((rule, index): Finding[] => {
      if (!("http" in rule) || hasExpressions(rule.http.url) || isHttpUrl(rule.http.url)) return [];
      return [
        {
          path: ["tools", name, index, "http", "url"],
          code: "bad_url",
          message: `"${rule.http.url}" is not an http or https URL`,
          hint: "Write the complete URL, for example http://127.0.0.1:8080/ship.",
        },
      ];
    }),
  );
