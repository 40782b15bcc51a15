import { type JsonObject, asObject } from "../../../src/kit/json.ts";
import { sendJson, startPeer } from "../../targets/peer.ts";
import { type TemporaryFolder, temporaryFolder } from "../run.ts";

/** An Assistants API that keeps whatever it is given, as some servers do, with a project that has it as its target. */
export async function startKept(): Promise<Kept> {
  const objects = new Map<string, JsonObject>();
  const peer = await startPeer((request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const id = path.split("/")[3];
    if (path.split("/")[2] !== "assistants")
      return sendJson(response, 200, { object: "list", data: [], has_more: false });
    const found = id === undefined ? undefined : objects.get(id);
    if (id !== undefined && found === undefined)
      return sendJson(response, 404, { error: { message: "no such assistant" } });
    if (request.method === "GET") {
      return sendJson(response, 200, found ?? { object: "list", data: [...objects.values()], has_more: false });
    }
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    request.on("end", () => {
      const sent = asObject(JSON.parse(Buffer.from(body, "latin1").toString("utf8")));
      const key = id ?? "asst_made";
      objects.set(key, { id: key, object: "assistant", created_at: 1, ...found, ...sent });
      sendJson(response, 200, objects.get(key));
    });
    return undefined;
  });
  const project = await temporaryFolder();
  await project.write(
    "playbill.yaml",
    `project: desk\ntargets: { prod: { api: assistants, base_url: ${peer.baseUrl} } }\n`,
  );
  return {
    project,
    requests: peer.requests,
    object: (id) => objects.get(id) ?? {},
    put(id, body) {
      const object = {
        object: "assistant",
        created_at: objects.size,
        model: "gpt-4o",
        metadata: {},
        tools: [],
        ...body,
      };
      objects.set(id, { id, ...object });
    },
    async [Symbol.asyncDispose]() {
      await project[Symbol.asyncDispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}

export interface Kept extends AsyncDisposable {
  project: TemporaryFolder;
  /** `GET /v1/assistants`, in order. */
  requests: string[];
  object(id: string): JsonObject;
  /** Makes an assistant, or another of the same id. */
  put(id: string, body: JsonObject): void;
}
