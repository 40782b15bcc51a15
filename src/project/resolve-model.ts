import { toMilliseconds } from "../kit/duration.ts";
import { didYouMean } from "../kit/words.ts";
import { ProblemError, fail } from "../problem.ts";
import type { Environment } from "./environment.ts";
import { toProblem } from "./finding.ts";
import { httpUrlHint, isHttpUrl } from "./http-url.ts";
import type { Project } from "./project.ts";
import { resolveTarget } from "./resolve-target.ts";
import type { WrittenModel } from "./schemas/models.ts";
import type { WrittenKey } from "./schemas/project.ts";
import { substituteAll } from "./settings.ts";

/** A model that Playbill itself calls, ready for use. */
export interface ResolvedModel {
  /** Its name under `models`. */
  name: string;
  baseUrl: string;
  /** `null` for an endpoint without a key. */
  apiKey: WrittenKey | null;
  /** The query parameters, as for targets. */
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  model: string;
  temperature: number | null;
  /** Timeout for an answer, in milliseconds. */
  timeout: number;
}

/** The default timeout in milliseconds; reasoning models take long. */
const defaultTimeout = 120_000;

/**
 * The model with that name under `models`. Throws a ProblemError (`unknown_reference`, `missing_environment`, `bad_interpolation`, `bad_url`,
 * `bad_api_key`, `missing_api_key`) with the place in `playbill.yaml`; reads the environment for this one only.
 */
export function resolveModel(project: Project, name: string, environment: Environment): ResolvedModel {
  const { settings } = project;
  const written = project.models.get(name);
  if (written === undefined) {
    const known = [...project.models.keys()];
    const hint = known.length === 0 ? "There is no models: in playbill.yaml." : `Known models: ${known.join(", ")}.`;
    return fail("unknown_reference", `there is no model "${name}" under models: in playbill.yaml`, {
      hint,
      ...didYouMean(name, known),
    });
  }
  const { value, findings } = substituteAll(written, environment, ["models", name]);
  if (findings.length > 0) throw new ProblemError(findings.map((finding) => toProblem(settings, finding)));
  // Only texts changed, each to another text, so the checks at load time still hold.
  const entry = value as WrittenModel;
  const { baseUrl, apiKey, query, headers } = endpointOf(project, name, entry, environment);
  const place = (key: string) => settings.place(["models", name, key]);
  if (!isHttpUrl(baseUrl))
    return fail("bad_url", `"base_url" of model ${name} is not an http or https URL`, {
      place: place("base_url"),
      hint: httpUrlHint,
    });
  if (apiKey === "")
    return fail("missing_api_key", `the api_key of model ${name} is empty`, {
      hint: "Set its environment variable, or remove api_key if the endpoint needs none.",
      place: place("api_key"),
    });
  if (typeof apiKey === "string" && /[^\x20-\x7e]/.test(apiKey))
    return fail("bad_api_key", `"api_key" of model ${name} contains a character that is not allowed in a header`, {
      hint: "Check its environment variable: the value may include the line break of the file it was read from.",
      place: place("api_key"),
    });
  const { model, temperature = null, timeout } = entry;
  return {
    name,
    baseUrl,
    apiKey,
    query,
    headers,
    model,
    temperature,
    timeout: timeout === undefined ? defaultTimeout : toMilliseconds(timeout),
  };
}

function endpointOf(
  project: Project,
  name: string,
  { target, base_url: own, api_key: key }: WrittenModel,
  environment: Environment,
): Pick<ResolvedModel, "baseUrl" | "apiKey" | "query" | "headers"> {
  if (target === undefined) return { baseUrl: own ?? "", apiKey: key ?? null, query: {}, headers: {} };
  const resolved = resolveTarget(project, target, environment);
  const { server, base_url, api_key, upstream_base_url, upstream_api_key, query = {}, headers = {} } = resolved;
  const [baseUrl, apiKey] = server === "embedded" ? [upstream_base_url, upstream_api_key] : [base_url, api_key];
  if (baseUrl === undefined) throw new Error(`model ${name} was not checked to lead somewhere`);
  return { baseUrl, apiKey: apiKey ?? null, query, headers };
}
