import type { Item } from "../wire/item.ts";
import type { Include, ResponseEvent, ResponseObject } from "../wire/response.ts";
import { containerFileId } from "./message-writer.ts";

/** How to answer a client: the extra fields that it requested, and the address of the API from its point of view. */
export interface View {
  include: ReadonlySet<Include>;
  /** For example `http://127.0.0.1:8787/v1`. */
  address: string;
}

/** An item without the fields that were not requested. */
export function itemToWire(item: Item, { include, address }: View): object {
  switch (item.type) {
    case "file_search_call":
      return { ...item, results: include.has("file_search_call.results") ? item.results : null };
    case "code_interpreter_call": {
      if (!include.has("code_interpreter_call.outputs")) return { ...item, outputs: null };
      const base = `${address}/containers/${item.container_id}/files`;
      const outputs = (item.outputs ?? []).map((output) =>
        output.type === "logs" ? output : { type: "image", url: `${base}/${containerFileId(output.file_id)}/content` },
      );
      return { ...item, outputs };
    }
    case "reasoning": {
      const { encrypted_content: encrypted, ...rest } = item;
      return include.has("reasoning.encrypted_content") ? { ...rest, encrypted_content: encrypted } : rest;
    }
    default:
      return item;
  }
}

/** A response whose items have only the requested fields. */
export function responseToWire(response: ResponseObject, view: View): object {
  return { ...response, output: response.output.map((item) => itemToWire(item, view)) };
}

/** An event whose items have only the requested fields, padded to hide the length of its text unless the client declined that. */
export function eventToWire(event: ResponseEvent, view: View, isPadded: boolean): object {
  const { response, item, delta, ...rest } = event as ResponseEvent & { response?: ResponseObject; item?: Item };
  return {
    ...rest,
    ...(response && { response: responseToWire(response, view) }),
    ...(item && { item: itemToWire(item, view) }),
    ...(typeof delta === "string" && {
      delta,
      ...(isPadded && { obfuscation: padding(delta, event.sequence_number) }),
    }),
  };
}

const pad = "Q7mZ2xKc9VbN4tRy1WsE6uHp3LdJ8gFa0oXiT5kBzMvCq";
/** A text and its padding together have a length that is a multiple of this. */
const block = 16;

function padding(text: string, number: number): string {
  const from = number % (pad.length - block);
  return pad.slice(from, from + block - (text.length % block));
}
