import { appendFileSync } from "node:fs";
import { operationOf, wrongInAnswer, wrongInEvent, wrongInRefusal } from "./document.ts";

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Where operations, statuses and events that were seen are added, a line each, when somebody wants to know. */
const seenFile = process.env["PLAYBILL_CONTRACT_SEEN"];

/** What a checked server did against the document. */
export interface Contract {
  fetch: Fetch;
  /** One line each; empty when all is well. */
  violations: string[];
  /** `getRun 200`, `event thread.run.created`. */
  seen: Set<string>;
}

/** Holds every answer of a server to the official document, streams event by event. */
export function underContract(serve: Fetch): Contract {
  const violations: string[] = [];
  const seen = new Set<string>();
  const see = (what: string): void => {
    if (!seen.has(what) && seenFile !== undefined) appendFileSync(seenFile, `${what}\n`);
    seen.add(what);
  };

  async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = input instanceof Request && !init ? input : new Request(input, init);
    const path = new URL(request.url).pathname.replace(/^\/(openai\/v1|openai|v1)(?=\/)/, "");
    const operation = operationOf(request.method, path);
    const response = await serve(request);
    const name = `${request.method} ${path} ${response.status}`;
    if (operation) see(`${operation.id} ${response.status}`);
    const report = (lines: string[]): void => void violations.push(...lines.map((line) => `${name}: ${line}`));
    const type = response.headers.get("content-type") ?? "";
    if (type.startsWith("text/event-stream")) return watched(response, report, see);
    if (!type.startsWith("application/json") || request.method === "HEAD") return response;
    const text = await response.text();
    const body: unknown = JSON.parse(text);
    if (response.status !== 200) report([...wrongInRefusal(body), ...wrongKeys(body)]);
    else if (operation) report(wrongInAnswer(request.method, operation.path, body));
    return new Response(text, response);
  }
  return { fetch, violations, seen };
}

/** A refusal has these four keys and no other. */
function wrongKeys(body: unknown): string[] {
  const keys = Object.keys((body as { error?: object }).error ?? {})
    .toSorted()
    .join();
  return keys === "code,message,param,type" ? [] : [`error has ${keys}`];
}

function watched(response: Response, report: (lines: string[]) => void, see: (what: string) => void): Response {
  const decoder = new TextDecoder();
  let text = "";
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) checkBlock(block, report, see);
    },
    flush() {
      if (text !== "") report([`an unfinished event: ${text}`]);
    },
  });
  return new Response(response.body?.pipeThrough(watch), response);
}

function checkBlock(block: string, report: (lines: string[]) => void, see: (what: string) => void): void {
  const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
  see(`event ${event}`);
  const value: unknown = data === "[DONE]" ? data : JSON.parse(data);
  const isRefusal = event === "error" && typeof value === "object" && value !== null && !("type" in value);
  const wrong = isRefusal ? [...wrongInRefusal(value), ...wrongKeys(value)] : wrongInEvent(event, value);
  report(wrong.map((line) => `${event}: ${line}`));
}
