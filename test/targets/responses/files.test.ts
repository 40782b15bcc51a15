import { expect, test } from "vitest";
import { events, message, pretendPeer, responding, signal, talk } from "./peer.ts";

test("files, code and searches become the same events as in any dialect", async () => {
  const items = [
    {
      type: "code_interpreter_call",
      id: "ci_1",
      code: "print(42)",
      container_id: "cntr_1",
      outputs: [
        { type: "logs", logs: "42\n" },
        { type: "image", url: "data:image/png;base64,iVBORw0KGgo=" },
      ],
    },
    {
      type: "file_search_call",
      id: "fs_1",
      queries: ["cars"],
      results: [{ file_id: "file-1", filename: "cars.md", score: 0.9, text: "Seven parking spaces." }],
    },
    message("msg_1", "There are seven, see table.csv.", {}, [
      { type: "file_citation", file_id: "file-1", filename: "cars.md", index: 16 },
      {
        type: "container_file_citation",
        container_id: "cntr_1",
        file_id: "cfile_1",
        filename: "table.csv",
        start_index: 22,
        end_index: 31,
      },
      { type: "from_the_future", anything: 1 },
    ]),
  ];
  const peer = pretendPeer([responding(items)], ({ url }) =>
    url.includes("/containers/") ? new Response("a,b") : null,
  );
  const tools = [
    { kind: "code_interpreter" as const, files: [] },
    { kind: "file_search" as const, vectorStores: ["vs_1"], maxNumResults: null, rankingOptions: null },
  ];
  const conversation = await talk(peer, {}, { spec: { tools } });
  const all = await events(conversation.send("a", { signal }));
  const citation = { text: "cars.md", fileId: "file-1", start: 16, end: 16 };
  expect(all.slice(0, 3)).toEqual([
    { kind: "code", callId: "ci_1", input: "print(42)", logs: "42\n", images: ["ci_1-image-1"] },
    { kind: "search", callId: "fs_1", results: [{ file: "cars.md", score: 0.9 }] },
    { kind: "message", text: "There are seven, see table.csv.", citations: [citation], files: ["cfile_1"] },
  ]);
  // Both are null unless they are asked for.
  expect(peer.bodies[0]?.include).toEqual(["code_interpreter_call.outputs", "file_search_call.results"]);
  expect(await conversation.fileName("cfile_1", { signal })).toBe("table.csv");
  expect(Buffer.from((await conversation.fileContent("cfile_1", { signal, most: 100 })) ?? []).toString()).toBe("a,b");
  expect(peer.requests.at(-1)).toBe("GET /v1/containers/cntr_1/files/cfile_1/content");
  expect(await conversation.fileContent("ci_1-image-1", { signal, most: 100 })).toHaveLength(8);
  // The citation says the name: nobody has to be asked for it.
  const asked = peer.requests.length;
  expect(await conversation.fileName("file-1", { signal })).toBe("cars.md");
  expect(peer.requests).toHaveLength(asked);
  expect(await conversation.passages([citation], { signal })).toEqual(["Seven parking spaces."]);
});
