import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { createOutputFile } from "../../../../src/server/domain/files/files.ts";
import { startServer, type TestServer } from "../../harness.ts";
import { clockAt } from "../../domain/vector-stores/clock.ts";

const upload = ({ client }: TestServer, name: string, text = "text", purpose: OpenAI.FilePurpose = "assistants") =>
  client.files.create({ file: new File([text], name), purpose });
const form = (fields: Record<string, string | File>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
};
const post = ({ contract }: TestServer, body: FormData | string, headers: Record<string, string> = {}) =>
  contract.fetch("http://server.test/v1/files", { method: "POST", body, headers });
const errorOf = async (response: Response) => ((await response.json()) as { error: Record<string, unknown> }).error;

describe("a file", () => {
  test("has every field, and is found by its id", async () => {
    const server = await startServer();
    const file = await upload(server, "returns.md", "Rückgabe");
    expect(file).toEqual({
      id: "file-000000000000000000000001",
      object: "file",
      bytes: 9,
      created_at: expect.any(Number),
      expires_at: null,
      filename: "returns.md",
      purpose: "assistants",
      status: "processed",
      status_details: null,
    });
    expect(await server.client.files.retrieve(file.id)).toEqual(file);
  });

  test.each(["ünï 文 🌍.txt", "it's (1) 100% *.csv", "no extension", ".hidden"])("keeps its name: %s", async (name) => {
    const server = await startServer();
    const { id, filename } = await upload(server, name, "x", "batch");
    expect(filename).toBe(name);
    const response = await server.client.files.content(id);
    const encoded = /filename\*=UTF-8''([A-Za-z0-9%.!#$&+^_`|~-]+)$/.exec(
      response.headers.get("content-disposition") ?? "",
    );
    expect(decodeURIComponent(encoded?.[1] ?? "")).toBe(name);
  });

  test("has a name, never a path", async () => {
    const server = await startServer();
    expect((await upload(server, "../../etc/passwd")).filename).toBe("passwd");
    expect((await upload(server, "C:\\Windows\\system.ini")).filename).toBe("system.ini");
    expect((await upload(server, "..")).filename).toBe("file");
  });

  test.each(["fine-tune", "assistants", "batch", "user_data", "vision", "evals"] as const)(
    "may be for %s",
    async (purpose) => {
      const server = await startServer();
      expect((await upload(server, "a.jsonl", "{}", purpose)).purpose).toBe(purpose);
    },
  );

  test("is deleted once", async () => {
    const server = await startServer();
    const { id } = await upload(server, "a.txt");
    expect(await server.client.files.delete(id)).toEqual({ id, object: "file", deleted: true });
    const again = await server.send("DELETE", `/v1/files/${id}`);
    expect(again.status).toBe(404);
    expect(await errorOf(again)).toEqual({
      message: `No such File object: ${id}`,
      type: "invalid_request_error",
      param: "id",
      code: null,
    });
    expect(await Array.fromAsync(server.services.store.blobs.parts(id))).toEqual([]);
  });

  test("that is deleted is taken out of assistants, threads and vector stores", async () => {
    const server = await startServer();
    const { client, services } = server;
    const { id } = await upload(server, "a.txt");
    const other = await upload(server, "b.txt");
    const resources = { code_interpreter: { file_ids: [id, other.id] } };
    const assistant = await client.beta.assistants.create({ model: "m", tool_resources: resources });
    const thread = await client.beta.threads.create({ tool_resources: resources });
    const store = await client.vectorStores.create({ file_ids: [id, other.id] });
    await services.indexer.settled([store.id], AbortSignal.timeout(60_000));
    await client.files.delete(id);
    const left = { code_interpreter: { file_ids: [other.id] } };
    expect((await client.beta.assistants.retrieve(assistant.id)).tool_resources).toEqual(left);
    expect((await client.beta.threads.retrieve(thread.id)).tool_resources).toEqual(left);
    const after = await client.vectorStores.retrieve(store.id);
    expect(after.file_counts).toMatchObject({ completed: 1, total: 1 });
    expect(after.usage_bytes).toBe(4);
  });

  test("that expires is gone when its time is over", async () => {
    const clock = clockAt(1_000_000);
    const server = await startServer({ services: { clock } });
    const expiresAfter = { anchor: "created_at", seconds: 3600 } as const;
    const { id, expires_at: expiresAt } = await server.client.files.create({
      file: new File(["x"], "a.txt"),
      purpose: "user_data",
      expires_after: expiresAfter,
    });
    expect(expiresAt).toBe(1_003_600);
    const stays = await upload(server, "b.txt");
    clock.advance(3599);
    expect((await server.client.files.retrieve(id)).id).toBe(id);
    clock.advance(1);
    await expect(server.client.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
    expect((await server.client.files.list()).data.map((file) => file.id)).toEqual([stays.id]);
    expect(await Array.fromAsync(server.services.store.blobs.parts(id))).toEqual([]);
  });

  test("for a batch expires automatically after 30 days", async () => {
    const server = await startServer({ services: { clock: clockAt(0) } });
    expect((await upload(server, "a.jsonl", "{}", "batch")).expires_at).toBe(30 * 24 * 3600);
  });
});

describe("the list", () => {
  test("is newest first, by purpose, with cursors", async () => {
    const server = await startServer();
    const { client } = server;
    const ids: string[] = [];
    for (const [name, purpose] of [
      ["a", "assistants"],
      ["b", "batch"],
      ["c", "assistants"],
      ["d", "assistants"],
    ] as const)
      ids.push((await upload(server, name, "x", purpose)).id);
    const [a, b, c, d] = ids;
    const list = async (query: OpenAI.FileListParams) => (await client.files.list(query)).data.map(({ id }) => id);
    expect(await list({})).toEqual([d, c, b, a]);
    expect(await list({ order: "asc" })).toEqual([a, b, c, d]);
    expect(await list({ purpose: "assistants" })).toEqual([d, c, a]);
    expect(await list({ purpose: "assistants", after: d ?? "", limit: 1 })).toEqual([c]);
    expect(await list({ purpose: "unheard" })).toEqual([]);
    const all = await Array.fromAsync(client.files.list({ limit: 1 }));
    expect(all.map(({ id }) => id)).toEqual([d, c, b, a]);
  });
  test("gives up to 10,000 at once, and says when less was asked for than nothing", async () => {
    const { send } = await startServer();
    expect((await send("GET", "/v1/files?limit=10000")).status).toBe(200);
    expect((await send("GET", "/v1/files?limit=10001")).status).toBe(400);
    expect((await send("GET", "/v1/files?limit=0")).status).toBe(400);
    expect((await send("GET", "/v1/files?after=file-none")).status).toBe(404);
  });
});

describe("the content", () => {
  test("is the bytes that were uploaded, however many", async () => {
    const server = await startServer();
    const bytes = Buffer.alloc(2_500_000, "0123456789abcdef\0\u00ff\r\n--", "latin1");
    const file = await server.client.files.create({ file: new File([bytes], "a.bin"), purpose: "fine-tune" });
    expect(file.bytes).toBe(bytes.length);
    const response = await server.client.files.content(file.id);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.get("content-length")).toBe(String(bytes.length));
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });
  test("of an image for vision is given", async () => {
    const server = await startServer();
    const file = await upload(server, "a.png", "picture", "vision");
    expect(await (await server.client.files.content(file.id)).text()).toBe("picture");
  });
  test("of what a tool made is given; of what is for assistants it is not", async () => {
    const server = await startServer();
    const made = await createOutputFile(server.services, "plot.csv", Buffer.from("a,b"));
    expect(await (await server.client.files.content(made)).text()).toBe("a,b");
    expect((await server.client.files.retrieve(made)).purpose).toBe("assistants_output");
    for (const purpose of ["assistants", "user_data"] as const) {
      const { id } = await upload(server, "a.txt", "x", purpose);
      const refused = await server.send("GET", `/v1/files/${id}/content`);
      expect(refused.status).toBe(400);
      expect(await errorOf(refused)).toMatchObject({
        message: `Not allowed to download files of purpose: ${purpose}`,
        code: null,
      });
    }
  });
});

describe("an upload is refused", () => {
  const file = new File(["x"], "a.txt");
  test.each([
    [
      "without a file",
      form({ purpose: "assistants" }),
      "Missing required parameter: 'file'.",
      "file",
      "missing_required_parameter",
    ],
    [
      "without a purpose",
      form({ file }),
      "Missing required parameter: 'purpose'.",
      "purpose",
      "missing_required_parameter",
    ],
    [
      "for a purpose that nobody knows",
      form({ file, purpose: "fun" }),
      "'fun' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'",
      "purpose",
      null,
    ],
    ["for what only tools make", form({ file, purpose: "assistants_output" }), "is not one of", "purpose", null],
    [
      "with an unknown field",
      form({ file, purpose: "batch", colour: "red" }),
      "Unknown parameter: 'colour'.",
      "colour",
      "unknown_parameter",
    ],
    ["of an empty file", form({ file: new File([], "a.txt"), purpose: "assistants" }), "File is empty.", "file", null],
    [
      "with a file in another field",
      form({ purpose: "batch", attachment: file }),
      "Unknown parameter: 'attachment'.",
      "attachment",
      "unknown_parameter",
    ],
    [
      "with too short a life",
      form({ file, purpose: "batch", "expires_after[anchor]": "created_at", "expires_after[seconds]": "5" }),
      "Invalid 'expires_after.seconds': integer below minimum value. Expected a value >= 3600, but got 5 instead.",
      "expires_after.seconds",
      "integer_below_min_value",
    ],
    [
      "with a life that is no number",
      form({ file, purpose: "batch", "expires_after[anchor]": "created_at", "expires_after[seconds]": "soon" }),
      "Invalid type for 'expires_after.seconds': expected an integer, but got a string instead.",
      "expires_after.seconds",
      "invalid_type",
    ],
  ])("%s", async (_, body, message, param, code) => {
    const server = await startServer();
    const response = await post(server, body);
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error["message"]).toContain(message);
    expect(error).toMatchObject({ param, code });
    expect(await server.services.store.blobs.ids()).toEqual([]);
  });

  test("when it is not a form", async () => {
    const server = await startServer();
    const json = await post(server, "{}", { "content-type": "application/json" });
    expect((await errorOf(json))["message"]).toBe(
      "Invalid Content-Type header (application/json), expected multipart/form-data.",
    );
    const unbounded = await post(server, "x", { "content-type": "multipart/form-data" });
    expect((await errorOf(unbounded))["message"]).toBe("Could not parse multipart form.");
    const empty = await server.contract.fetch("http://server.test/v1/files", { method: "POST" });
    expect(empty.status).toBe(400);
  });

  test("when it is larger than allowed, with nothing kept; exactly as large is fine", async () => {
    const server = await startServer({ limits: { fileBytes: 3_000_000 } });
    const exact = await upload(server, "a.txt", "x".repeat(3_000_000), "batch");
    expect(exact.bytes).toBe(3_000_000);
    const response = await post(server, form({ purpose: "batch", file: new File(["x".repeat(3_000_001)], "a.txt") }));
    expect(response.status).toBe(413);
    expect(await server.services.store.blobs.ids()).toEqual([exact.id]);
    expect((await server.client.files.list()).data).toHaveLength(1);
  });

  test("when the client goes away in the middle, with nothing kept", async () => {
    const server = await startServer();
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
    const stored = async (): Promise<string[]> => {
      while ((await server.services.store.blobs.ids()).length === 0)
        await new Promise((resolve) => setTimeout(resolve, 1));
      return server.services.store.blobs.ids();
    };
    let kept: string[] = [];
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(head + "x".repeat(3_000_000))),
      async pull(controller) {
        kept = await stored();
        controller.error(new Error("gone"));
      },
    });
    const response = await server.contract.fetch("http://server.test/v1/files", {
      method: "POST",
      body,
      headers: { "content-type": "multipart/form-data; boundary=b" },
      duplex: "half",
    });
    expect(response.status).toBe(499);
    expect(kept).toHaveLength(1);
    expect(await server.services.store.blobs.ids()).toEqual([]);
  });
});
