import type { ModelFailure } from "../models/model.ts";

/** A refusal in the API's format. Any other error thrown while a request is served is an internal error (500). */
export class ApiFailure extends Error {
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    status: number,
    message: string,
    more: { type?: string; param?: string | null; code?: string | null } = {},
  ) {
    super(message);
    this.name = "ApiFailure";
    this.status = status;
    this.type = more.type ?? "invalid_request_error";
    this.param = more.param ?? null;
    this.code = more.code ?? null;
  }
}

/** The body of every refusal, always with all four keys. */
export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** Makes the body of a refusal. */
export function errorBody({ message, type, param, code }: ApiFailure): ErrorBody {
  return { error: { message, type, param, code } };
}

/** Throws a 400: the request is understood and refused. */
export function refuse(message: string, more: { param?: string; code?: string } = {}): never {
  throw new ApiFailure(400, message, more);
}

/** Throws a 404. `what` is the object's name in words (assistant, run step, vector store). */
export function notFound(what: string, id: string): never {
  throw new ApiFailure(404, `No ${what} found with id '${id}'.`);
}

/** The refusal for a model failure in a request that calls the model directly; within a run it becomes the run's `last_error` instead. */
export function modelFailed({ code, message }: ModelFailure): ApiFailure {
  const status = { server_error: 502, rate_limit_exceeded: 429, invalid_prompt: 400 }[code];
  return new ApiFailure(status, message, { type: status === 400 ? "invalid_request_error" : "server_error", code });
}

/** The refusal for an internal error. The cause stays in the log; the client gets the request's id to quote. */
export function serverError(requestId: string): ApiFailure {
  const message = `The server had an error while processing your request. Please include the request ID ${requestId} when you report it.`;
  return new ApiFailure(500, message, { type: "server_error" });
}

/** The 503 for a database that is temporarily unavailable. */
export const storeUnavailable = new ApiFailure(503, "The server cannot reach its database. Please try again.", {
  type: "server_error",
  code: "database_unavailable",
});
