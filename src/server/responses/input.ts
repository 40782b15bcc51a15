import { asText, isObject } from "../../kit/json.ts";
import { findAttachable } from "../domain/files/files.ts";
import { refuse } from "../http/errors.ts";
import { parser } from "../http/validation/validate.ts";
import { Type } from "../../schema/builder.ts";
import type { Services } from "../services.ts";
import { InputItem, type InputPart, type Item, type OutputPart } from "../wire/item.ts";

type Needed = Pick<Services, "store" | "clock" | "ids">;

const parseItems = new Map<string, (value: unknown) => InputItem[]>();

/** Checks the items in the body under `param`; an item without a type is a message or a reference. Throws an ApiFailure for an invalid item. */
function parse(values: readonly unknown[], param: string): InputItem[] {
  const known = parseItems.get(param);
  if (known) return known(values);
  const check = parser(Type.Object({ [param]: Type.Array(InputItem) }));
  const made = (given: unknown): InputItem[] => {
    const items = (given as unknown[]).map(typed);
    return check({ [param]: items })[param] ?? [];
  };
  parseItems.set(param, made);
  return made(values);
}

function typed(value: unknown): unknown {
  if (!isObject(value) || (value["type"] !== undefined && value["type"] !== null)) return value;
  if ("role" in value) return { ...value, type: "message" };
  return "id" in value && Object.keys(value).every((key) => key === "id" || key === "type")
    ? { ...value, type: "item_reference" }
    : value;
}

/**
 * The items of an input; a text is a user message. Each item keeps its id, or gets a new one. `known` finds a referenced item. Throws an
 * ApiFailure if there is none.
 */
export async function readInput(
  services: Needed,
  input: string | readonly unknown[] | null | undefined,
  known: (id: string) => Promise<Item | null>,
  param = "input",
): Promise<Item[]> {
  if (input === null || input === undefined) return [];
  if (typeof input === "string") return [userMessage(services.ids("msg_"), input)];
  const items: Item[] = [];
  for (const [index, item] of parse(input, param).entries())
    items.push(
      item.type === "item_reference"
        ? ((await known(item.id)) ?? refuse(`Item with id '${item.id}' not found.`, { param }))
        : await toItem(services, item, `${param}[${index}]`),
    );
  return items;
}

function userMessage(id: string, text: string): Item {
  return { id, type: "message", status: "completed", content: [{ type: "input_text", text }], role: "user" };
}

async function toItem(
  services: Needed,
  given: Exclude<InputItem, { type: "item_reference" }>,
  place: string,
): Promise<Item> {
  const { ids } = services;
  switch (given.type) {
    case "message":
      return messageOf(services, given, place);
    case "function_call": {
      const { name, arguments: written, call_id: callId } = given;
      const id = given.id ?? ids("fc_");
      return { id, type: "function_call", status: "completed", arguments: written, call_id: callId, name };
    }
    case "function_call_output": {
      const output =
        typeof given.output === "string" ? given.output : await inputParts(services, given.output, `${place}.output`);
      const id = given.id ?? ids("fco_");
      return { id, type: "function_call_output", status: "completed", call_id: given.call_id, output };
    }
    case "reasoning": {
      const { summary, encrypted_content: encrypted = null } = given;
      return { id: given.id ?? ids("rs_"), type: "reasoning", encrypted_content: encrypted, summary };
    }
    case "file_search_call": {
      const { id, queries, results } = given;
      return { id, type: "file_search_call", status: "completed", queries, results: resultsOf(results) };
    }
    case "code_interpreter_call": {
      const { id, code, container_id: containerId, outputs } = given;
      const kept = outputsOf(outputs);
      const status = "completed";
      return { id, type: "code_interpreter_call", status, code: code ?? "", container_id: containerId, outputs: kept };
    }
  }
}

type GivenMessage = Extract<InputItem, { type: "message" }>;

async function messageOf(services: Needed, given: GivenMessage, place: string): Promise<Item> {
  const { role, content, phase } = given;
  const id = given.id ?? services.ids("msg_");
  if (role === "assistant") {
    const parts = typeof content === "string" ? [outputText(content)] : content.map(outputPart);
    const status = given.status ?? "completed";
    return { id, type: "message", status, content: parts, ...(phase && { phase }), role };
  }
  const parts: InputPart[] =
    typeof content === "string"
      ? [{ type: "input_text", text: content }]
      : await inputParts(services, content, `${place}.content`);
  return { id, type: "message", status: "completed", content: parts, role };
}

type GivenPart = Exclude<GivenMessage["content"], string>[number];

function outputText(text: string): Extract<OutputPart, { type: "output_text" }> {
  return { type: "output_text", annotations: [], logprobs: [], text };
}

function outputPart(part: GivenPart): OutputPart {
  switch (part.type) {
    case "refusal":
      return part;
    case "output_text":
      // Items that a client sends back were checked when they were created; only texts are read again.
      return { ...outputText(part.text), annotations: (part.annotations ?? []) as never };
    case "input_text":
      return outputText(part.text);
    case "input_image":
      return outputText("");
  }
}

async function inputParts(services: Needed, parts: readonly GivenPart[], place: string): Promise<InputPart[]> {
  const made: InputPart[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.type === "input_image") made.push(await imagePart(services, part, `${place}[${index}]`));
    else made.push({ type: "input_text", text: part.type === "refusal" ? part.refusal : part.text });
  }
  return made;
}

async function imagePart(
  services: Needed,
  { image_url: url = null, file_id: fileId = null, detail }: Extract<GivenPart, { type: "input_image" }>,
  place: string,
): Promise<InputPart> {
  if (fileId !== null) await findAttachable(services, fileId, `${place}.file_id`);
  else if (url === null || !/^(https?:\/\/|data:)/i.test(url) || !URL.canParse(url))
    refuse(`Invalid '${place}.image_url'. Expected a valid URL, but got a value with an invalid format.`, {
      param: `${place}.image_url`,
      code: "invalid_value",
    });
  return { type: "input_image", detail: detail ?? "auto", file_id: fileId, image_url: url };
}

/** Keeps the valid ones of the results and outputs that a client sends back. */
function resultsOf(given: readonly unknown[] | null | undefined) {
  return (given ?? []).filter(isObject).map(({ attributes, file_id: fileId, filename, score, text }) => ({
    attributes: isObject(attributes) ? (attributes as Record<string, string>) : {},
    file_id: asText(fileId),
    filename: asText(filename),
    score: typeof score === "number" ? score : 0,
    text: asText(text),
  }));
}

function outputsOf(given: readonly unknown[] | null | undefined) {
  return (given ?? []).flatMap((output) =>
    isObject(output) && output["type"] === "logs" ? [{ type: "logs" as const, logs: asText(output["logs"]) }] : [],
  );
}
