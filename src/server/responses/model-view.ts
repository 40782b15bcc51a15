import { readableFiles } from "../domain/files/files.ts";
import { dataUrlOf } from "../engine/images.ts";
import type { ModelContent, ModelMessage, ModelRound } from "../models/model.ts";
import type { Services } from "../services.ts";
import type { InputPart, Item, OutputMessage } from "../wire/item.ts";

/** Items in the form that a model gets: messages, and the rounds since the last user message. */
export interface ModelView {
  messages: ModelMessage[];
  rounds: ModelRound[];
  /** The user's messages, oldest first: each text part of a message is on its own line. */
  said: string[];
}

/** An answer of the model in progress: its text, and the calls after it. */
interface Answer {
  text: string;
  calls: ModelRound["calls"];
  /** Whether outputs already arrived: further calls belong to another round. */
  isAnswered: boolean;
}

/**
 * Items in the form that a model gets. The items of one answer are put together again, as far as they show it: a message and the calls after it, up to the first
 * output. A call of a built-in tool is a separate answer, because it contains its output.
 */
export async function modelViewOf(
  services: Pick<Services, "store" | "clock">,
  items: readonly Item[],
): Promise<ModelView> {
  const told: { message: ModelMessage; isUser: boolean }[] = [];
  const said: string[] = [];
  const byId = new Map<string, ModelRound["calls"][number]>();
  const now: { open: Answer | null } = { open: null };

  const close = (): void => {
    if (now.open) told.push({ message: messageOf(now.open), isUser: false });
    now.open = null;
  };
  const begin = (): Answer => {
    close();
    now.open = { text: "", calls: [], isAnswered: false };
    return now.open;
  };
  const call = (made: Omit<ModelRound["calls"][number], "output">, output: string | null): void => {
    const answer = now.open === null || now.open.isAnswered ? begin() : now.open;
    const added = { ...made, output: output ?? "" };
    answer.calls.push(added);
    byId.set(made.callId, added);
    answer.isAnswered = output !== null;
  };

  for (const item of items) {
    switch (item.type) {
      case "message": {
        if (item.role === "assistant") {
          begin().text = textOfOutput(item);
          break;
        }
        close();
        const content = await Promise.all(item.content.map((part) => contentOf(services, part)));
        const isUser = item.role === "user";
        if (isUser) said.push(textOfInput(item.content));
        told.push({ message: { role: isUser ? "user" : "system", content }, isUser });
        break;
      }
      case "reasoning":
        if (now.open && now.open.calls.length > 0) close();
        break;
      case "function_call":
        call({ callId: item.call_id, tool: "function", name: item.name, arguments: item.arguments }, null);
        break;
      case "function_call_output": {
        const answered = byId.get(item.call_id);
        if (answered) answered.output = typeof item.output === "string" ? item.output : textOfInput(item.output);
        if (now.open) now.open.isAnswered = true;
        break;
      }
      case "file_search_call": {
        const [query = ""] = item.queries;
        const written = JSON.stringify({ query });
        const output = (item.results ?? []).map(({ filename, text }) => `${filename}\n${text}`).join("\n\n");
        call({ callId: item.id, tool: "file_search", name: "file_search", arguments: written }, output);
        break;
      }
      case "code_interpreter_call": {
        const written = JSON.stringify({ input: item.code });
        const output = (item.outputs ?? [])
          .map((each) => (each.type === "logs" ? each.logs : "[An image.]"))
          .join("\n");
        call({ callId: item.id, tool: "code_interpreter", name: "code_interpreter", arguments: written }, output);
        break;
      }
    }
  }
  close();
  const last = told.findLastIndex(({ isUser }) => isUser);
  const isRound = (message: ModelMessage, index: number) => index > last && (message.calls?.length ?? 0) > 0;
  const all = told.map(({ message }) => message);
  return {
    messages: all.filter((message, index) => !isRound(message, index)),
    rounds: all.filter(isRound).map(({ content, calls = [] }) => ({ text: textIn(content), calls })),
    said,
  };
}

function messageOf({ text, calls }: Answer): ModelMessage {
  const content: ModelContent[] = text === "" ? [] : [{ kind: "text", text }];
  return { role: "assistant", content, ...(calls.length > 0 && { calls }) };
}

function textOfOutput({ content }: OutputMessage): string {
  return content.map((part) => (part.type === "output_text" ? part.text : part.refusal)).join("");
}

function textOfInput(parts: readonly InputPart[]): string {
  return parts.flatMap((part) => (part.type === "input_text" ? [part.text] : [])).join("\n");
}

function textIn(content: readonly ModelContent[]): string {
  return content.map((part) => (part.kind === "text" ? part.text : "")).join("");
}

async function contentOf(services: Pick<Services, "store" | "clock">, part: InputPart): Promise<ModelContent> {
  if (part.type === "input_text") return { kind: "text", text: part.text };
  const { file_id: fileId, image_url: url, detail } = part;
  if (fileId === null) return { kind: "image_url", url: url ?? "", detail };
  const [file] = await readableFiles(services, [fileId]);
  if (!file) return { kind: "text", text: "[An image that was deleted.]" };
  return { kind: "image_data", dataUrl: dataUrlOf(await file.read()), detail };
}
