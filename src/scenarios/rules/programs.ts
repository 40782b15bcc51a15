import { isHttpUrl } from "../../project/http-url.ts";
import type { Finding } from "../../project/finding.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { hasExpressions } from "../../project/expression.ts";

/** Endpoints of stubs have addresses. What an expression makes of one is known when it is asked. */
export const endpointsHaveAddresses: Rule<WrittenScenario> = ({ value: { tools = {} } }) =>
  Object.entries(tools).flatMap(([name, rules]) =>
    rules.flatMap((rule, index): Finding[] => {
      if (!("http" in rule) || hasExpressions(rule.http.url) || isHttpUrl(rule.http.url)) return [];
      return [
        {
          path: ["tools", name, index, "http", "url"],
          code: "bad_url",
          message: `"${rule.http.url}" is not an http or https address`,
          hint: "Write the whole address, for example http://127.0.0.1:8080/ship.",
        },
      ];
    }),
  );
