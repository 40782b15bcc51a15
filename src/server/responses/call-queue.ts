import { fragments } from "../models/actions.ts";
import type { RoundEvent, ToolCall } from "../engine/rounds.ts";
import type { Ids } from "../services.ts";
import type { CodeInterpreterItem, CodeItemOutput, FileSearchItem, FunctionCallItem, Item } from "../wire/item.ts";
import type { ResponseRecord } from "./kinds.ts";
import type { Tell } from "./message-writer.ts";

type CallItem = FunctionCallItem | FileSearchItem | CodeInterpreterItem;

/** A call of the answer in progress, and the parts of it that arrived before it was its turn to be streamed. */
interface Waiting {
  call: Omit<ToolCall, "arguments">;
  pieces: string[];
  item: CallItem | null;
}

/** The calls of one answer of the model, streamed one after the other, in whatever order their parts arrive. */
export interface CallQueue {
  isOpen(): boolean;
  begin(position: number, call: Omit<ToolCall, "arguments">): void;
  arguments(position: number, delta: string): void;
  search(event: Extract<RoundEvent, { kind: "search" }>): void;
  searched(event: Extract<RoundEvent, { kind: "search answered" }>): void;
  code(event: Extract<RoundEvent, { kind: "code" }>): void;
  ran(event: Extract<RoundEvent, { kind: "code answered" }>): void;
  /** Ends the answer; with `isCut`, it was cut off, so that calls may lack their arguments and outputs. */
  closeAll(isCut: boolean): void;
}

interface Parts {
  ids: Ids;
  tell: Tell;
  /** Adds a finished item. */
  done: (item: Item) => void;
  record: () => Pick<ResponseRecord, "containerId">;
  /** The index of the next item in the output. */
  index: () => number;
}

/** Creates an empty queue. */
export function createCallQueue({ ids, tell, done, record, index }: Parts): CallQueue {
  /** By position, without the finished ones. */
  const waiting = new Map<number, Waiting>();

  const at = (item: CallItem) => ({ item_id: item.id, output_index: index() });
  const finish = (position: number, item: CallItem): void => {
    tell("response.output_item.done", { output_index: index(), item: structuredClone(item) });
    done(item);
    waiting.delete(position);
  };
  const delta = (item: CallItem, text: string): void =>
    tell("response.function_call_arguments.delta", { ...at(item), delta: text });

  /** Starts to stream a call: the first that is not finished. */
  function open(each: Waiting): CallItem {
    if (each.item) return each.item;
    const item = newItem(each.call, ids, record().containerId ?? "");
    each.item = item;
    tell("response.output_item.added", { output_index: index(), item: structuredClone(item) });
    if (item.type !== "function_call") tell(`response.${item.type}.in_progress`, at(item));
    else for (const piece of each.pieces) delta(item, piece);
    return item;
  }

  function close(position: number, each: Waiting, isCut: boolean): void {
    const item = open(each);
    item.status = isCut ? "incomplete" : "completed";
    if (item.type !== "function_call") return finish(position, item);
    item.arguments = each.pieces.join("");
    tell("response.function_call_arguments.done", { ...at(item), name: item.name, arguments: item.arguments });
    finish(position, item);
  }

  /** The item of a built-in call, once those before it are finished. */
  function itemAt<T extends CallItem["type"]>(position: number, type: T): Extract<CallItem, { type: T }> {
    for (const [before, each] of waiting) if (before < position) close(before, each, false);
    const each = waiting.get(position);
    const item = each && open(each);
    if (item?.type !== type) throw new Error(`no ${type} at ${position}`);
    return item as Extract<CallItem, { type: T }>;
  }

  return {
    isOpen: () => waiting.size > 0,
    begin(position, call) {
      const each: Waiting = { call, pieces: [], item: null };
      waiting.set(position, each);
      if (waiting.size === 1) open(each);
    },
    arguments(position, text) {
      const each = waiting.get(position);
      if (each?.call.tool !== "function") return;
      each.pieces.push(text);
      if (each.item) delta(each.item, text);
    },
    search({ position, query }) {
      const item = itemAt(position, "file_search_call");
      item.queries = [query];
      tell("response.file_search_call.searching", at(item));
    },
    searched({ position, answer }) {
      const item = itemAt(position, "file_search_call");
      item.status = "completed";
      item.results = answer.results.map(({ attributes, fileId, filename, score, content }) => ({
        attributes,
        file_id: fileId,
        filename,
        score,
        text: content.join("\n"),
      }));
      tell("response.file_search_call.completed", at(item));
      finish(position, item);
    },
    code({ position, input }) {
      const item = itemAt(position, "code_interpreter_call");
      item.code = input;
      for (const piece of fragments(input))
        tell("response.code_interpreter_call_code.delta", { ...at(item), delta: piece });
      tell("response.code_interpreter_call_code.done", { ...at(item), code: input });
      tell("response.code_interpreter_call.interpreting", at(item));
    },
    ran({ position, answer }) {
      const item = itemAt(position, "code_interpreter_call");
      item.status = "completed";
      const drawn = answer.images.map((fileId): CodeItemOutput => ({ type: "image", file_id: fileId }));
      item.outputs = answer.logs === "" ? drawn : [{ type: "logs", logs: answer.logs }, ...drawn];
      tell("response.code_interpreter_call.completed", at(item));
      finish(position, item);
    },
    closeAll(isCut) {
      for (const [position, each] of [...waiting].toSorted(([one], [other]) => one - other))
        close(position, each, isCut);
    },
  };
}

function newItem({ callId, tool, name }: Waiting["call"], ids: Ids, containerId: string): CallItem {
  const status = "in_progress" as const;
  switch (tool) {
    case "function":
      return { id: ids("fc_"), type: "function_call", status, arguments: "", call_id: callId, name };
    case "file_search":
      return { id: ids("fs_"), type: "file_search_call", status, queries: [], results: null };
    case "code_interpreter":
      return {
        id: ids("ci_"),
        type: "code_interpreter_call",
        status,
        code: "",
        container_id: containerId,
        outputs: [],
      };
  }
}
