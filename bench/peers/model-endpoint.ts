/*
 * A chat-completions endpoint that says a few words at once, streamed when that is asked for, after as many milliseconds as the model's name says
 * (`after-500ms`). Says its address when it listens.
 */
import { createServer, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const words = ["It ", "is ", "sunny ", "in ", "Paris."];

async function bodyOf(request: IncomingMessage): Promise<{ model: string; stream?: boolean }> {
  const body = await Array.fromAsync(request as AsyncIterable<Buffer>);
  return JSON.parse(Buffer.concat(body).toString()) as { model: string; stream?: boolean };
}

const whole = (model: string): string =>
  JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 0,
    model,
    choices: [{ index: 0, message: { role: "assistant", content: words.join("") }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: words.length, total_tokens: 1 + words.length },
  });

const event = (model: string, delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const server = createServer(async (request, response) => {
  // `playbill serve` asks for the list of models when it starts.
  if (request.method !== "POST") return void response.writeHead(404).end();
  const { model, stream } = await bodyOf(request);
  await sleep(Number(/\d+/.exec(model)?.[0] ?? 0));
  if (stream !== true) return void response.writeHead(200, { "content-type": "application/json" }).end(whole(model));
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of words) response.write(event(model, { content }, null));
  response.end(`${event(model, {}, "stop")}data: [DONE]\n\n`);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as { port: number }).port}`));
