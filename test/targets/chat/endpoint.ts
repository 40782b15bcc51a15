import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** One answer of an endpoint. */
export interface EndpointAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

/** A request as the endpoint got it. */
export interface EndpointRequest {
  path: string;
  authorization: string;
  body: {
    model: string;
    messages: { role: string; content: string }[];
    response_format?: unknown;
    seed?: number;
    temperature?: number;
    input?: string[];
  };
}

/** An HTTP server on loopback that speaks chat completions: `answer` says what each request is answered. */
export async function startEndpoint(
  answer: (request: EndpointRequest, number: number) => EndpointAnswer,
): Promise<{ baseUrl: string; requests: EndpointRequest[] }> {
  const requests: EndpointRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const pieces = await Array.fromAsync(request as AsyncIterable<Buffer>);
      const body = JSON.parse(Buffer.concat(pieces).toString()) as EndpointRequest["body"];
      const got = { path: request.url ?? "", authorization: request.headers.authorization ?? "", body };
      requests.push(got);
      const { status = 200, headers = {}, body: text } = answer(got, requests.length);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(text);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}

export const chatUsage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };

/** A finished completion that says this. */
export function completion(content: unknown, more: Record<string, unknown> = {}): EndpointAnswer {
  const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop", ...more }];
  return { body: JSON.stringify({ object: "chat.completion", model: "judge-1", choices, usage: chatUsage }) };
}

/** A refusal in the words of OpenAI's API. */
export function refusal(status: number, message: string, param: string | null = null): EndpointAnswer {
  return { status, body: JSON.stringify({ error: { message, type: "invalid_request_error", param, code: null } }) };
}
