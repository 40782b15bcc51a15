/** An event of a stream, with what its order depends on. */
export interface Streamed {
  type: string;
  sequence_number: number;
  output_index?: number;
  item?: { id?: string; type: string };
  item_id?: string;
}

/** What stands between the beginning and the end of an item, as one word an event. */
const between: Record<string, RegExp> = {
  message:
    /^((content_part\.added )((output_text\.delta |output_text\.annotation\.added )*(output_text\.done )|(refusal\.delta )+(refusal\.done ))(content_part\.done ))*$/,
  function_call: /^(function_call_arguments\.delta )*function_call_arguments\.done $/,
  file_search_call: /^file_search_call\.in_progress file_search_call\.searching file_search_call\.completed $/,
  code_interpreter_call:
    /^code_interpreter_call\.in_progress (code_interpreter_call_code\.delta )*code_interpreter_call_code\.done code_interpreter_call\.interpreting code_interpreter_call\.completed $/,
  reasoning:
    /^(reasoning_summary_part\.added (reasoning_summary_text\.delta )*reasoning_summary_text\.done reasoning_summary_part\.done )*$/,
};

/** What is wrong with the order of a whole stream, as the original's recorded ones have it; `null` when nothing is. */
export function faultInOrder(events: readonly Streamed[]): string | null {
  const types = events.map(({ type }) => type.replace(/^response\./, ""));
  const numbers = events.map(({ sequence_number: number }) => number);
  if (numbers.some((number, index) => number !== index)) return `numbers are ${numbers.join(" ")}`;
  const begin = types.slice(0, 3).join(" ");
  const first = begin.startsWith("created queued in_progress") ? 3 : 2;
  if (!/^created (queued )?in_progress/.test(begin)) return `it begins with ${begin}`;
  const last = types.at(-1) ?? "";
  if (!["completed", "incomplete", "failed"].includes(last)) return `it ends with ${last}`;
  const isBroken = last !== "completed";
  const end = last === "failed" && types.at(-2) === "error" ? -2 : -1;
  let open: { item: Streamed; words: string } | null = null;
  let index = -1;
  for (const event of events.slice(first, end)) {
    const word = event.type.replace(/^response\./, "");
    if (word === "output_item.added") {
      if (open) return `an item begins within ${open.item.item?.type}`;
      if ((event.output_index ?? -1) <= index) return `output_index ${event.output_index} after ${index}`;
      index = event.output_index ?? -1;
      open = { item: event, words: "" };
    } else if (!open) return `${word} outside of an item`;
    else if (event.output_index !== index) return `${word} of another item`;
    else if (word === "output_item.done") {
      const type = event.item?.type ?? "";
      if (event.item?.id !== open.item.item?.id) return `the end of another item`;
      if (!(between[type] ?? /^$/).test(open.words)) return `${type}: ${open.words}`;
      open = null;
    } else {
      if (event.item_id !== undefined && event.item_id !== open.item.item?.id) return `${word} names another item`;
      open.words += `${word} `;
    }
  }
  return open && !isBroken ? `${open.item.item?.type} never ends` : null;
}
