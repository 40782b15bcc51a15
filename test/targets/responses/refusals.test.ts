import { expect, test } from "vitest";
import { type JsonObject, asObject } from "../../../src/kit/json.ts";
import type { StateMode } from "../../../src/targets/responses/states.ts";
import { type Answer, events, message, pretendPeer, problemOf, refusal, responding, signal, talk } from "./peer.ts";

interface Refused {
  name: string;
  state?: StateMode;
  answers: readonly Answer[];
  code: string;
  says: RegExp;
}
const notFound = {
  message: "Previous response with id 'resp_1' not found.",
  code: "previous_response_not_found",
  param: "previous_response_id",
};
const strict = { json_schema: { name: "reply", description: null, strict: true, schema: {} } };

test.for<Refused>([
  {
    name: "a chain that is gone",
    state: "chain",
    answers: [responding([message("msg_1", "One.")], {}, "resp_1"), refusal(400, notFound)],
    code: "chain_lost",
    says: /state: stateless/,
  },
  {
    name: "an organization that keeps nothing",
    state: "chain",
    answers: [
      responding([message("msg_1", "One.")], {}, "resp_1"),
      refusal(400, { message: "Previous response cannot be used for this organization due to Zero Data Retention." }),
    ],
    code: "no_retention",
    says: /state: stateless/,
  },
  {
    name: "a server that keeps no responses, at the first call",
    state: "chain",
    answers: [notKept()],
    code: "stateless_server",
    says: /state: stateless/,
  },
  {
    name: "a container that is gone",
    answers: [refusal(400, { message: "Container is expired." })],
    code: "container_expired",
    says: /20 idle minutes/,
  },
  {
    name: "a model without json_schema",
    answers: [
      refusal(400, {
        message: "Invalid parameter: 'text.format' of type 'json_schema' is not supported with model gpt-4o.",
        param: "text.format",
      }),
    ],
    code: "missing_capability",
    says: /`response_format`/,
  },
  {
    name: "a model without tools",
    answers: [refusal(400, { message: "registry.ollama.ai/library/gemma does not support tools" })],
    code: "missing_capability",
    says: /`tools`/,
  },
  {
    name: "a server without the API",
    answers: [refusal(404, { message: "Not Found" })],
    code: "no_responses_api",
    says: /base_url/,
  },
])("$name is told in words, with what to write", async ({ state = "conversation", answers, code, says }) => {
  const tools = [{ kind: "function" as const, name: "lookup", description: null, parameters: null, strict: false }];
  const conversation = await talk(pretendPeer(answers), { state }, { spec: { tools, response_format: strict } });
  const turns = async () => {
    for (const text of ["a", "b"]) await events(conversation.send(text, { signal }));
  };
  const problem = await problemOf(turns());
  expect(problem).toMatchObject({ code });
  expect(`${problem?.message}\n${problem?.hint}`).toMatch(says);
});

test("a server that only supports stateless requests is reported at the first call", async () => {
  const peer = pretendPeer([], ({ url }) =>
    url.endsWith("/conversations") ? refusal(404, { message: "Not Found" }) : null,
  );
  const problem = await problemOf(talk(peer));
  expect(problem).toMatchObject({ code: "stateless_server" });
  expect(problem?.hint).toContain("`state: stateless`");
});

/** A response that was asked to be kept, and says that it was not. */
function notKept(): JsonObject[] {
  const [created, ...rest] = responding([message("msg_1", "One.")]);
  return [{ ...created, response: { ...asObject(created?.response), store: false } }, ...rest];
}
