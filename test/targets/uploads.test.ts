import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { sha256 } from "../../src/kit/hash.ts";
import { ProblemError } from "../../src/problem.ts";
import { plainWork } from "../../src/targets/objects/access.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import { createLeapingClock } from "./leaping-clock.ts";
import { createUploads } from "../../src/targets/files/uploads.ts";
import { createCall } from "../../src/targets/http/call.ts";
import { connectionTo } from "./connection.ts";
import { sendJson, startPeer } from "./peer.ts";
import { type Fault, newFile, startKnowledge } from "./knowledge.ts";

async function problemOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems[0]!;
}

test("a file arrives unchanged, under its name, and the sent bytes are reported", async () => {
  const side = await startKnowledge();
  const sent: number[] = [];
  const file = { ...newFile('Grüße "1".md', "Hello there"), onSent: (bytes: number) => void sent.push(bytes) };
  const made = await createUploads(side.deps)(file);
  expect(made).toMatchObject({ filename: 'Grüße "1".md', bytes: 11, purpose: "assistants", expires_at: null });
  expect(sent).toEqual([3, 11]);
});

test.each<[Fault, string[]]>([
  [429, ["POST /files", "POST /files"]],
  [500, ["POST /files", "GET /files", "POST /files"]],
  ["cut before", ["POST /files", "GET /files", "POST /files"]],
  ["cut after", ["POST /files", "GET /files"]],
  ["500 after", ["POST /files", "GET /files"]],
])("%s: the file is there once", async (fault, requests) => {
  const side = await startKnowledge();
  side.failing("POST /files", fault);
  const made = await createUploads(side.deps)(newFile("a.md", "Hello there"));
  expect(side.requests).toEqual(requests);
  expect(await side.all("/files")).toEqual([expect.objectContaining({ id: made.id, filename: "a.md", bytes: 11 })]);
});

test("a lost answer is found by the target's clock, however far ahead ours is", async () => {
  const side = await startKnowledge({ clock: { ...createLeapingClock(), now: () => Date.now() + 7_200_000 } });
  side.failing("POST /files", "cut after");
  const file = newFile("a.md", "Hello there");
  await side.registry.create(fileKind, { filename: file.filename, bytes: file.bytes, sha256: file.sha256 }, null, {
    ...plainWork,
    contentOf: () => file.open(),
  });
  expect(await side.all("/files")).toHaveLength(1);
});

test("two files of the same name and size are distinguished, although a response was lost", async () => {
  const side = await startKnowledge();
  side.failing("POST /files", "cut after");
  const upload = createUploads(side.deps);
  const [one, other] = await Promise.all([upload(newFile("a.md", "one")), upload(newFile("a.md", "two"))]);
  expect(new Set((await side.all("/files")).map(({ id }) => id))).toEqual(new Set([one.id, other.id]));
});

test("a file of that name that was there before is not taken for the one whose answer was lost", async () => {
  const side = await startKnowledge();
  const before = await createUploads(side.deps)(newFile("a.md", "one"));
  side.failing("POST /files", "cut before");
  const later = { ...side.deps, targetTime: () => Number(before.created_at) + 100 };
  side.failing("POST /files", async (request) => {
    const made = (await (await side.app.fetch(request)).json()) as object;
    return Response.json({ ...made, created_at: Number(before.created_at) + 100 });
  });
  const made = await createUploads(later)(newFile("a.md", "two"));
  expect(made.id).not.toBe(before.id);
});

test.each([
  ["other bytes", "HELLO THERE"],
  ["fewer bytes", "Hello"],
  ["more bytes", "Hello there, you"],
])("a file that changed after it was read makes none: %s", async (_, text) => {
  const side = await startKnowledge();
  const file = { ...newFile("a.md", "Hello there"), open: () => newFile("a.md", text).open() };
  const { code, kind } = await problemOf(createUploads(side.deps)(file));
  expect({ code, kind }).toEqual({ code: "file_changed", kind: "refused" });
  expect(side.requests).toEqual(["POST /files"]);
  expect(await side.all("/files")).toEqual([]);
});

test("a file that should expire says so, also to a server that does not know the field", async () => {
  const side = await startKnowledge();
  const file = { ...newFile("a.md", "Hello"), lifetime: 3600 };
  const made = await createUploads(side.deps)(file);
  expect(Number(made.expires_at) - Number(made.created_at)).toBe(3600);
  side.failing("POST /files", () =>
    Response.json(
      { error: { message: "Unknown parameter: 'expires_after'.", param: "expires_after" } },
      { status: 400 },
    ),
  );
  expect(await createUploads(side.deps)(file)).toMatchObject({ expires_at: null });
});

test.each([404, 501])("a server without files is named as one: %i", async (status) => {
  const side = await startKnowledge();
  side.failing("POST /files", () => Response.json({ error: { message: "Invalid URL" } }, { status }), 9);
  expect(await problemOf(createUploads(side.deps)(newFile("a.md", "Hello")))).toMatchObject({
    code: "no_knowledge_api",
    kind: "remote",
  });
});

test("what was sent is not kept, however large a file is, and its length is said beforehand", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const lengths: unknown[] = [];
  await using peer = await startPeer((request, response) => {
    lengths.push(request.headers["content-length"], request.headers["transfer-encoding"]);
    request.resume().on("end", () => sendJson(response, 200, { id: "file-1" }));
  });
  const side = await startKnowledge();
  const call = createCall(connectionTo(fetch, { baseUrl: peer.baseUrl }));
  const sent: WeakRef<Uint8Array>[] = [];
  const bytes = 64 * 65_536;
  async function* open() {
    for (let count = 0; count < 64; count += 1) {
      const part = new Uint8Array(65_536);
      sent.push(new WeakRef(part));
      yield part;
    }
    await new Promise(setImmediate);
    collect();
    expect(sent.slice(0, 32).filter((each) => each.deref() !== undefined)).toEqual([]);
  }
  const file = { ...newFile("a.bin", ""), bytes, sha256: sha256(new Uint8Array(bytes)), open };
  await createUploads({ ...side.deps, call, baseUrl: peer.baseUrl })(file);
  expect(lengths).toEqual([expect.stringMatching(/^4\d{6}$/), undefined]);
});

test("the time for an answer begins when the last byte is sent, and is long", async () => {
  const side = await startKnowledge();
  const times: number[] = [];
  const clock = {
    ...side.clock,
    after: (milliseconds: number, work: () => void) => {
      if (milliseconds > 25_000) times.push(milliseconds);
      return side.clock.after(milliseconds, work);
    },
  };
  const call = createCall({ ...side.connection, clock });
  await createUploads({ ...side.deps, call })(newFile("a.md", "Hello there"));
  // Once for the request, and again for each of the two parts.
  expect(times).toEqual([120_000, 120_000, 120_000]);
});

test("an upload that is refused before its end leaves no timer behind", async () => {
  const side = await startKnowledge();
  let running = 0;
  const clock = {
    ...side.clock,
    after: (milliseconds: number, work: () => void) => {
      const cancel = side.clock.after(milliseconds, work);
      if (milliseconds <= 25_000) return cancel;
      let isRunning = true;
      running += 1;
      return () => {
        if (isRunning) running -= 1;
        isRunning = false;
        cancel();
      };
    },
  };
  // Answers at once, and reads the rest of the body then.
  let rest: Promise<unknown> = Promise.resolve();
  const early = async (input: string | URL | Request, init?: RequestInit) => {
    rest = new Response(init?.body).arrayBuffer();
    return Response.json({ error: { message: "Too large." } }, { status: 413 });
  };
  const call = createCall(connectionTo(early, { clock }));
  await expect(createUploads({ ...side.deps, call, retries: 0 })(newFile("a.md", "Hello there"))).rejects.toThrow(
    "Too large.",
  );
  await rest;
  expect(running).toBe(0);
});
