import type { Services } from "../services.ts";
import type { SearchResult } from "../tools.ts";
import type { RunRecord } from "../wire/run.ts";
import { sandboxFiles } from "../wire/sandbox.ts";
import type { CodeOutput } from "../wire/step.ts";
import { withSignal } from "./abort.ts";
import type { CallSheet } from "./calls.ts";
import { codeFileIds, vectorStoreIds } from "./resources.ts";
import { searchOptions } from "./search-options.ts";

/** What a built-in tool answered: for the model, and what later messages may show of it. */
export interface BuiltInAnswer {
  output: string;
  images: string[];
  citations: Record<string, string>;
}

/** A call of a run, where it stands in its step, and what stops it. */
export interface BuiltInCall {
  services: Services;
  record: RunRecord;
  sheet: CallSheet;
  position: number;
  signal: AbortSignal;
}

/** Runs a piece of code and keeps what it drew and wrote as files. */
export async function runCode({ services, record, sheet, position, signal }: BuiltInCall): Promise<BuiltInAnswer> {
  const { codeInterpreter, files, store } = services;
  const { callId, input } = argumentOf(sheet, position, "input");
  const settle = (outputs: CodeOutput[], delta: object): void =>
    sheet.settle(position, { id: callId, type: "code_interpreter", code_interpreter: { input, outputs } }, delta);

  settle([], { code_interpreter: { input } });
  const readable = codeFileIds(services, record).flatMap((id) => files.open(id) ?? []);
  const request = { threadId: record.run.thread_id, input, files: readable };
  const result = await withSignal(codeInterpreter.run(request, signal), signal);

  return store.transaction(() => {
    const images = result.images.map((bytes, index) => files.createOutput(`${callId}-${index}.png`, bytes));
    for (const { path, bytes } of result.files) keepFile(services, record.run.thread_id, path, bytes);
    const outputs: CodeOutput[] = images.map((fileId) => ({ type: "image", image: { file_id: fileId } }));
    if (result.logs !== "") outputs.unshift({ type: "logs", logs: result.logs });
    settle(outputs, {
      code_interpreter: { outputs: outputs.map((output, index) => Object.assign({ index }, output)) },
    });
    const notes = [
      ...images.map(() => "[An image was made; the user sees it.]"),
      ...result.files.map(({ path }) => `[Written: sandbox:${path}]`),
    ];
    return { output: [result.logs, ...notes].filter((line) => line !== "").join("\n"), images, citations: {} };
  });
}

/** A path that is written again stands for the newest file. */
function keepFile({ files, store }: Services, threadId: string, path: string, bytes: Uint8Array): void {
  const fileId = files.createOutput(path.slice(path.lastIndexOf("/") + 1), bytes);
  const file = { id: `${threadId}${path}`, thread_id: threadId, path, file_id: fileId };
  if (!store.replace(sandboxFiles, file)) store.insert(sandboxFiles, file);
}

/** Searches the run's vector stores. `messageIndex` becomes the first number of the citations. */
export async function runSearch(
  { services, record, sheet, position, signal }: BuiltInCall,
  messageIndex: number,
): Promise<BuiltInAnswer> {
  const { fileSearch, vectorStores } = services;
  const { callId, input: query } = argumentOf(sheet, position, "query");
  const options = searchOptions(record.run.tools);
  const ids = vectorStoreIds(services, record);
  await withSignal(vectorStores.settled(ids, signal), signal);
  const request = {
    vectorStoreIds: ids,
    query,
    maxNumResults: options.max_num_results,
    scoreThreshold: options.ranking_options.score_threshold,
    filters: null,
  };
  const results = await withSignal(fileSearch.search(request, signal), signal);
  const call = {
    ranking_options: options.ranking_options,
    results: results.map(({ fileId, filename, score, content }) => ({
      file_id: fileId,
      file_name: filename,
      score,
      content: content.map((text) => ({ type: "text" as const, text })),
    })),
  };
  sheet.settle(position, { id: callId, type: "file_search", file_search: call }, null);
  return {
    output: passages(results, messageIndex),
    images: [],
    citations: Object.fromEntries(results.map(({ fileId }, index) => [`${messageIndex}:${index}`, fileId])),
  };
}

/** What the model reads: every passage under the mark that cites it. */
function passages(results: SearchResult[], messageIndex: number): string {
  if (results.length === 0) return "Nothing was found.";
  const parts = results.map(
    ({ filename, content }, index) => `【${messageIndex}:${index}†source】 ${filename}\n${content.join("\n")}`,
  );
  return ["Cite a passage by its mark, exactly as it is written.", ...parts].join("\n\n");
}

/** The one argument of a built-in call; what is not the JSON that was asked for counts as the argument itself. */
function argumentOf(sheet: CallSheet, position: number, name: string): { callId: string; input: string } {
  const call = sheet.calls[position];
  if (!call) throw new Error(`no call ${position}`);
  return { callId: call.callId, input: readArgument(call.arguments, name) };
}

function readArgument(text: string, name: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const argument = (value as Record<string, unknown> | null)?.[name];
    return typeof argument === "string" ? argument : text;
  } catch {
    return text;
  }
}
