import type { JsonObject } from "../../kit/json.ts";
import { asObject, asText, objectsOf, someTextOrNull } from "../../kit/json.ts";
import { ProblemError } from "../../problem.ts";
import { malformedAnswer } from "../failure.ts";
import type { Call, CallOptions } from "../http/call.ts";
import { readPages } from "../http/pages.ts";
import { ignoredState, noConversations } from "./refusals.ts";
import type { Item } from "./items.ts";

/** Who stores a conversation: the API as an object, the API as a chain of responses, or only the client. */
export type StateMode = "conversation" | "chain" | "stateless";

/** The stored state of a conversation. */
export interface State {
  /** Its id at the target; empty while there is none. */
  id(this: void): string;
  /** The parameters of the next request, with these input items. */
  parameters(this: void, input: readonly Item[]): JsonObject;
  /** Records the input and output of a request. */
  took(this: void, input: readonly Item[], output: readonly Item[], response: JsonObject): void;
  /** Throws a ProblemError when a response shows that the server does not store what it should. */
  check(this: void, response: JsonObject): void;
  /** True when the API stores responses, so that one whose stream was cut can be read. */
  isKept: boolean;
  /** The items at the target that are not recorded yet; `null` when a request may safely be sent twice. */
  added: ((options: Pick<CallOptions, "signal" | "onWaiting">) => Promise<Item[]>) | null;
  /** Records what a failed or stopped turn left behind, so that it is not taken for the answer to the next one. */
  catchUp(this: void, options: Pick<CallOptions, "signal" | "onWaiting">): Promise<void>;
  /** Deletes it at the target. */
  remove(this: void): Promise<void>;
}

/** What states need from a target. */
export interface StateDeps {
  call: Call;
  baseUrl: string;
}

/** The maximum number of items that one request adds to a conversation. */
const mostAdded = 20;

const cleanup: CallOptions = { isRepeatable: true, purpose: "cleanup" };

/** Begins a conversation that is stored in this way, with these items. */
export async function beginState(
  mode: StateMode,
  deps: StateDeps,
  opening: readonly Item[],
  metadata: Record<string, string>,
): Promise<State> {
  switch (mode) {
    case "conversation":
      return openConversationObject(deps, opening, metadata);
    case "chain":
      return createChain(deps, opening);
    case "stateless":
      return createStateless(opening);
  }
}

async function openConversationObject(
  { call, baseUrl }: StateDeps,
  opening: readonly Item[],
  metadata: Record<string, string>,
): Promise<State> {
  const what = "open a conversation";
  const body = { metadata, ...(opening.length > 0 && { items: opening.slice(0, mostAdded) }) };
  // A second conversation, created because the answer about the first was lost, is harmless.
  const made = await call(what, (client) => client.post("/conversations", { body }), {
    isRepeatable: true,
    purpose: "write",
  }).catch((error: unknown) => Promise.reject(noConversations(error, baseUrl) as Error));
  const id = someTextOrNull(asObject(made).id);
  if (id === null) throw malformedAnswer(what, baseUrl, "something that is not a conversation");
  const path = `/conversations/${encodeURIComponent(id)}`;
  let last: string | null = null;
  for (let from = mostAdded; from < opening.length; from += mostAdded) {
    const items = opening.slice(from, from + mostAdded);
    const added = await call("add to a conversation", (client) => client.post(`${path}/items`, { body: { items } }));
    last = lastId(objectsOf(asObject(added).data)) ?? last;
  }
  let known = opening.length;

  const list = (options: Pick<CallOptions, "signal" | "onWaiting">): Promise<Item[]> =>
    Array.fromAsync(
      readPages({
        what: "read the conversation",
        baseUrl,
        readPage: (after) => {
          const query = { limit: 100, order: "asc", ...(after === undefined ? lastKnown() : { after }) };
          return call("read the conversation", (client) => client.get(`${path}/items`, { query }), {
            ...options,
            isRepeatable: true,
          });
        },
      }),
    );
  const lastKnown = (): Record<string, string> => (last === null ? {} : { after: last });

  return {
    id: () => id,
    parameters: (input) => ({ conversation: id, input }),
    took(input, output) {
      known += input.length + output.length;
      last = lastId(output) ?? last;
    },
    check: () => {},
    isKept: true,
    async added(options) {
      const items = await list(options);
      return last === null ? items.slice(known) : items;
    },
    async catchUp(options) {
      const items = await list(options);
      known = last === null ? items.length : known + items.length;
      last = lastId(items) ?? last;
    },
    remove: () =>
      call("delete the conversation", (client) => client.delete(path), cleanup).then(() => {}, ignoreRefusal),
  };
}

function lastId(items: readonly Item[]): string | null {
  return someTextOrNull(items.at(-1)?.id);
}

function createChain({ call, baseUrl }: StateDeps, opening: readonly Item[]): State {
  /** The responses of the conversation, the current one last. */
  const made: string[] = [];
  /** Every response known to have started: those of failed turns are deleted too. */
  const begun = new Set<string>();
  let unsaid = opening;
  return {
    id: () => made.at(-1) ?? "",
    parameters(input) {
      const previous = made.at(-1);
      return {
        input: [...unsaid, ...input],
        store: true,
        ...(previous !== undefined && { previous_response_id: previous }),
      };
    },
    took(_input, _output, { id }) {
      unsaid = [];
      if (asText(id) === "") return;
      made.push(asText(id));
      begun.add(asText(id));
    },
    check(response) {
      if (asText(response.id) !== "") begun.add(asText(response.id));
      const previous = made.at(-1);
      const isKept = response.store !== false && !Object.is(response.previous_response_id, null);
      const isIgnored = response.store === false || (previous !== undefined && !isKept);
      if (isIgnored) throw ignoredState(baseUrl);
    },
    isKept: true,
    added: null,
    catchUp: async () => {},
    async remove() {
      for (const id of [...begun].toReversed()) {
        const path = `/responses/${encodeURIComponent(id)}`;
        await call("delete a response", (client) => client.delete(path), cleanup).catch(ignoreRefusal);
      }
    },
  };
}

/** The state of a stateless conversation. All items are sent back unchanged, including encrypted and unknown ones. */
function createStateless(opening: readonly Item[]): State {
  const items: Item[] = [...opening];
  return {
    id: () => "",
    parameters: (input) => ({ input: [...items, ...input], store: false }),
    took: (input, output) => void items.push(...input, ...output),
    check: () => {},
    isKept: false,
    added: null,
    catchUp: async () => {},
    remove: async () => {},
  };
}

/** Ignores refusals to delete: the object is gone already, or the server does not delete. */
function ignoreRefusal(error: unknown): void {
  const status = error instanceof ProblemError ? (error.problems[0]?.api?.status ?? 0) : 0;
  if (![400, 404, 405, 501].includes(status)) throw error;
}
