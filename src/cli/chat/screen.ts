import { styleText } from "node:util";
import { cutEnd } from "../../kit/difference.ts";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import { printable, printableLine } from "../../kit/terminal-text.ts";
import { costOfTurns, nothingSpent, spentWith } from "../../scenarios/record/cost.ts";
import { citedIn, filesOf, type TurnRecord, answerText, type CallOutcome } from "../../scenarios/record/record.ts";
import type { Happening } from "../../scenarios/execution/turn.ts";
import { block } from "../../scenarios/reports/text.ts";
import { listFiles } from "../../scenarios/subjects/named-files.ts";
import type { FunctionCall } from "../../targets/target.ts";
import type { Output } from "../output.ts";
import { createReplyWriter } from "./reply-writer.ts";

/** The display of a chat: the conversation goes to `out`, notes of the chat itself to `aside`. */
export interface Screen {
  user(text: string): void;
  happening(this: void, happening: Happening): void;
  call(call: FunctionCall): void;
  /** Removes the status line. */
  quiet(): void;
  /** Shows the end of a turn: cited and created files, status, time and cost. */
  turn(record: TurnRecord): void;
  tell(text: string): void;
}

interface ScreenOptions {
  out: Output;
  aside: Output;
  name: string;
  /** True for styles and rendered Markdown. */
  isRich: boolean;
  redact(this: void, text: string): string;
}

/** The number of lines shown of code, logs and results. */
const mostLines = 24;
const longestValue = 300;

/** Shows a chat live; the status line is drawn only with styles. */
export function createScreen({ out, aside, name, isRich, redact }: ScreenOptions): Screen {
  const reply = createReplyWriter({ out, name, isRendered: isRich, redact });
  const dim = (line: string) => (isRich && line !== "" ? styleText("dim", line, { validateStream: false }) : line);
  const write = (lines: readonly string[]) => {
    reply.end();
    status("");
    if (lines.length > 0) out.write(`${lines.map((line) => dim(line)).join("\n")}\n`);
  };
  const status = (line: string) => {
    if (isRich) out.status(line);
  };
  let isStreamed = false;
  const show = (happening: Happening) => {
    if (happening.kind === "user") return status(`${name} is thinking…`);
    if (happening.kind === "call") return write([outcomeLine(happening.outcome, redact)]);
    const { event } = happening;
    switch (event.kind) {
      case "text":
        isStreamed = true;
        status(`${name} is writing…`);
        return reply.push(event.delta);
      case "message":
        if (!isStreamed) reply.push(event.text);
        isStreamed = false;
        return write([]);
      case "code":
        return write([
          ...block(redact(event.input), "  py> ", mostLines),
          ...block(redact(event.logs), "  py: ", mostLines).filter((line) => line !== "  py:"),
        ]);
      case "search":
        return write([
          `  searched: ${event.results.map(({ file }) => printableLine(file)).join(", ") || "nothing found"}`,
        ]);
      case "waiting":
        return write(block(event.reason, "  … ", mostLines));
      case "requires_action":
      case "ended":
        isStreamed = false;
        return write([]);
      case "resumed":
        return undefined;
    }
  };
  return {
    user: (text) =>
      out.write(
        `${text
          .split("\n")
          .map((line, index) => `${index === 0 ? "you> " : "     "}${printableLine(redact(line))}`)
          .join("\n")}\n`,
      ),
    happening: show,
    quiet: () => write([]),
    call: ({ name: called, arguments: written }) =>
      write([`  ${printableLine(called)} ${printableLine(cutEnd(redact(oneLine(written)), longestValue))}`]),
    turn(record) {
      write([
        ...fileLines(record).map((line) => redact(line)),
        ...(record.status === "completed" ? [] : [endLine(record, redact)]),
      ]);
      if (record.status === "completed") aside.write(`${dim(`  ${tookText(record)}`)}\n`);
    },
    // It also contains text from handlers, schemas and suites.
    tell: (text) => aside.write(`${dim(printable(text))}\n`),
  };
}

function outcomeLine(outcome: CallOutcome, redact: (text: string) => string): string {
  const text = outcome.kind === "error" ? `error: ${outcome.message}` : oneLine(answerText(outcome));
  return `  -> ${printableLine(cutEnd(redact(text), longestValue))}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}

function fileLines(record: TurnRecord): string[] {
  const line = (what: string, files: ReturnType<typeof filesOf>) =>
    files.length === 0 ? [] : [`  ${what}: ${printableLine(listFiles(files))}`];
  return [...line("cites", citedIn(record)), ...line("made", filesOf(record))];
}

function endLine({ status, error, reason }: TurnRecord, redact: (text: string) => string): string {
  const why = error === null ? reason : error.code === "interrupted" ? null : error.message;
  const words = status === "stopped" && why === null ? "stopped" : status;
  return `  ! ${why === null ? words : `${words}: ${printableLine(redact(why))}`}`;
}

/** `0.9 s · 440 tokens · $0.0002`, without unknown parts. */
export function tookText({ time, usage, cost }: TurnRecord): string {
  return [
    durationText(time.total),
    ...(usage === null ? [] : [tokensText(usage.total_tokens)]),
    ...(cost === null ? [] : [dollarsText(cost)]),
  ].join(" · ");
}

function tokensText(tokens: number): string {
  return `${tokens} ${tokens === 1 ? "token" : "tokens"}`;
}

/** The time, tokens and cost of everything that was sent. */
export function costText(sent: readonly TurnRecord[], taken: number): string {
  if (sent.length === 0) return "nothing has been sent yet";
  const time = sent.reduce((sum, { time }) => sum + time.total, 0);
  const tokens = sent.reduce((sum, { usage }) => sum + (usage?.total_tokens ?? 0), 0);
  const spent = spentWith(nothingSpent, sent);
  const all = costOfTurns(sent);
  const money =
    all !== null
      ? dollarsText(all)
      : spent.known === 0
        ? "unknown cost: playbill.yaml has no price for the model"
        : `${dollarsText(spent.dollars)}, without ${spent.unknown} of unknown cost`;
  const messages = `${sent.length} ${sent.length === 1 ? "message" : "messages"}`;
  const back = taken === 0 ? "" : `, ${taken} of them removed`;
  return `${messages}${back} · ${durationText(time)} · ${tokensText(tokens)} · ${money}`;
}
