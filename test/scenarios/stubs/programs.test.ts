import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, type Socket, createServer as createSocketServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { project, run } from "./project.ts";

describe("a program", () => {
  const node = (code: string): string[] => [process.execPath, "-e", code];

  test("reads arguments from stdin and prints the result, in the folder of the file that names it", async () => {
    const root = await project({
      "echo.mjs":
        'import { text } from "node:stream/consumers"; console.log(JSON.stringify({ got: JSON.parse(await text(process.stdin)), shop: process.env.SHOP }))',
    });
    expect(await run(root, { command: [process.execPath, "./echo.mjs"] }, { id: "A" })).toEqual({
      got: { id: "A" },
      shop: "main",
    });
  });

  test.each([
    ["that fails", node("console.error('no stock'); process.exit(3)"), "exited with code 3: no stock"],
    ["that prints something else", node("console.log('hello')"), "did not print JSON: hello"],
    ["that prints without end", ["yes", "hello"], "printed more than 8 MiB on stdout"],
  ])("%s is an error", async (_, command, words) => {
    await expect(run(await project(), { command })).rejects.toThrow(words);
  });

  test("in Python that raises names its error, and the line of the innermost file", async () => {
    const root = await project({
      "policy.py": "from prices import price\n\nprice({'id': 1})\n",
      "prices.py": `def price(order):\n    ${"# ".padEnd(400, "x")}\n    return order["price"]\n`,
    });
    await expect(run(root, { command: ["python3", "policy.py"] })).rejects.toMatchObject({
      message: "python3 exited with code 1: KeyError: 'price'",
      place: { file: expect.stringMatching(/prices\.py$/) as string, line: 3 },
      trace: expect.arrayContaining(["KeyError: 'price'"]) as string[],
    });
  });

  test("named with ./ has a place without it", async () => {
    const root = await project({ "policy.py": "raise KeyError('price')\n" });
    await expect(run(root, { command: ["python3", "./policy.py"] })).rejects.toMatchObject({
      place: { file: expect.stringMatching(/^(?!.*\/\.\/).*policy\.py$/) as string, line: 1 },
    });
  });

  test("that is not there is a problem of the project", async () => {
    await expect(run(await project(), { command: ["./none"] })).rejects.toMatchObject({
      problems: [{ code: "handler_not_found" }],
    });
  });

  test("that takes too long fails its call", async () => {
    const slow = { command: ["sleep", "60"], timeout: "20ms" };
    await expect(run(await project(), slow)).rejects.toThrow("took longer than 20ms");
  });

  test("is killed with everything it started when the turn is over", async () => {
    const listener = createSocketServer().listen(0, "127.0.0.1");
    onTestFinished(() => void listener.close());
    await once(listener, "listening");
    const child = `require("net").connect(${(listener.address() as AddressInfo).port}, "127.0.0.1")`;
    const parent = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "inherit" }); setInterval(() => {}, 1000)`;
    const over = new AbortController();
    const running = run(await project(), { command: node(parent) }, {}, over.signal);
    running.catch(() => {});
    const [socket] = (await once(listener, "connection")) as [Socket];
    socket.on("error", () => {});
    const closed = once(socket, "close");
    over.abort();
    await expect(running).rejects.toThrow("was stopped because the turn was over");
    await closed;
  });
});

describe("an endpoint", () => {
  async function endpoint(): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => {
          if (request.url === "/slow") return;
          response.statusCode = request.url === "/fails" ? 503 : 200;
          const { method, url, headers } = request;
          const body = Buffer.concat(chunks).toString();
          response.end(url === "/text" ? "hello" : JSON.stringify({ method, url, body, key: headers["x-key"] }));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test("gets the arguments as a body, or as a query", async () => {
    const url = await endpoint();
    const root = await project();
    expect(await run(root, { http: { url: `${url}/x`, headers: { "x-key": "k" } } }, { id: "A" })).toEqual({
      method: "POST",
      url: "/x",
      body: '{"id":"A"}',
      key: "k",
    });
    expect(await run(root, { http: { url: `${url}/x`, method: "GET" } }, { id: "A", n: 2 })).toMatchObject({
      method: "GET",
      url: "/x?id=A&n=2",
      body: "",
    });
  });

  test.each([
    ["/fails", "returned status 503", "60s"],
    ["/text", "did not return JSON: hello", "60s"],
    ["/slow", "took longer than 20ms", "20ms"],
  ])("%s is an error", async (path, words, timeout) => {
    const url = await endpoint();
    await expect(run(await project(), { http: { url: `${url}${path}` }, timeout })).rejects.toThrow(words);
  });

  test("that is not there is an error that says so", async () => {
    await expect(run(await project(), { http: { url: "http://127.0.0.1:9/" } })).rejects.toThrow(
      "could not be reached",
    );
  });
});
