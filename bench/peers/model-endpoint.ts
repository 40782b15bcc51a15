/*
 * A chat-completions endpoint that streams a few words at once, after as many milliseconds as the model's name says
 * (`after-500ms`). Says its address when it listens.
 */
import { createServer, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const words = ["It ", "is ", "sunny ", "in ", "Paris."];

async function modelOf(request: IncomingMessage): Promise<string> {
  const body = await Array.fromAsync(request as AsyncIterable<Buffer>);
  return (JSON.parse(Buffer.concat(body).toString()) as { model: string }).model;
}

const event = (model: string, delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const server = createServer(async (request, response) => {
  // `playbill serve` asks for the list of models when it starts.
  if (request.method !== "POST") return void response.writeHead(404).end();
  const model = await modelOf(request);
  await sleep(Number(/\d+/.exec(model)?.[0] ?? 0));
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of words) response.write(event(model, { content }, null));
  response.end(`${event(model, {}, "stop")}data: [DONE]\n\n`);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as { port: number }).port}`));
