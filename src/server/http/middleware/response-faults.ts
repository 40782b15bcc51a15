import type { MiddlewareHandler } from "hono";
import { asList, asObject, parseJson } from "../../../kit/json.ts";
import { previousNotFound } from "../../responses/context.ts";
import { refuseExpired } from "../../responses/containers.ts";
import { ApiFailure, refuse } from "../errors.ts";

/** Faults of the Responses API to inject. Rates are from 0 to 1; 0 when absent. */
export interface ResponseFaults {
  /** Continued conversations with the code interpreter whose container has expired. */
  expiredContainers?: number;
  /** Requests whose previous response is not found. */
  lostChains?: number;
  /** Requests with a previous response, refused as for organizations that store nothing. */
  zeroRetention?: number;
  /** Requests that need stored state, refused as by a server with only the stateless half. */
  statelessOnly?: number;
  /** Model rounds that fail, also those of runs. */
  modelErrors?: number;
}

/** Injects the faults that depend on the request. */
export function injectResponseFaults(faults: ResponseFaults & { random: () => number }): MiddlewareHandler {
  const happens = (rate = 0): boolean => rate > 0 && faults.random() < rate;
  return async (context, next) => {
    const { method, path } = context.req;
    const place = /\/(responses|conversations|containers)(?:\/|$)(.*)/.exec(path);
    if (place === null) return next();
    const isCreate = method === "POST" && place[1] === "responses" && place[2] === "";
    if (!isCreate) {
      if (place[1] !== "containers" && place[2] !== "input_tokens" && happens(faults.statelessOnly))
        throw new ApiFailure(404, `Invalid URL (${method} ${path})`);
      return next();
    }
    const body = asObject(parseJson(await context.req.raw.clone().text()));
    const previous = body["previous_response_id"];
    const conversation = body["conversation"];
    if (typeof previous === "string") {
      if (happens(faults.zeroRetention))
        refuse("Previous response cannot be used for this organization due to Zero Data Retention.", {
          param: "previous_response_id",
          code: "unsupported_parameter",
        });
      if (happens(faults.lostChains)) previousNotFound(previous);
    }
    const goesOn = typeof previous === "string" || (conversation !== undefined && conversation !== null);
    if (goesOn && happens(faults.statelessOnly)) {
      const param = typeof previous === "string" ? "previous_response_id" : "conversation";
      refuse(`Unknown parameter: '${param}'.`, { param, code: "unknown_parameter" });
    }
    const runsCode = asList(body["tools"]).some((tool) => asObject(tool)["type"] === "code_interpreter");
    if (goesOn && runsCode && happens(faults.expiredContainers)) refuseExpired();
    await next();
  };
}
