import { isAddress } from "../kit/address.ts";
import { isDuration } from "../kit/duration.ts";
import type { Finding } from "./finding.ts";
import { httpUrlHint, isHttpUrl } from "./http-url.ts";
import type { WrittenServe } from "./schemas/serve.ts";

/** The faults of `serve:` in `playbill.yaml` beyond its schema (`bad_serve_setting`, `bad_url`, `bad_api_key`). Values are not shown: one from the environment may be a secret in the wrong place. */
export function serveFindings(serve: WrittenServe): Finding[] {
  const { port, upstream_base_url: url, upstream_models: models = {}, drain, metrics } = serve;
  const findings: Finding[] = [];
  const bad = (path: string[], message: string, hint?: string, code: Finding["code"] = "bad_serve_setting") =>
    findings.push({ path: ["serve", ...path], code, message, ...(hint !== undefined && { hint }) });
  const number = Number(port);
  if (port !== undefined && !(Number.isInteger(number) && number >= 0 && number <= 65_535))
    bad(["port"], '"port" is not a number from 0 to 65535');
  if (url !== undefined && !isHttpUrl(url))
    bad(["upstream_base_url"], '"upstream_base_url" is not an http or https URL', httpUrlHint, "bad_url");
  for (const [name, called] of Object.entries(models))
    if (name === "" || called === "")
      findings.push({
        path: ["serve", "upstream_models", name],
        at: name === "" ? "key" : "value",
        code: "bad_serve_setting",
        message: 'a name in "upstream_models" is empty',
        hint: 'For example: { gpt-4o: llama3.2, "*": llama3.2 }.',
      });
  for (const key of ["api_key", "upstream_api_key"] as const)
    if (/[^\x20-\x7e]/.test(serve[key] ?? ""))
      bad(
        [key],
        `"${key}" of serve contains a character that is not allowed in a header`,
        "Check its environment variable: the value may include the line break of the file it was read from.",
        "bad_api_key",
      );
  if (drain !== undefined && !isDuration(drain)) bad(["drain"], '"drain" is not a duration', "For example: 10s.");
  if (metrics !== undefined && !isAddress(metrics))
    bad(["metrics"], '"metrics" is not an address with a port', "For example: 127.0.0.1:9464.");
  return findings;
}
