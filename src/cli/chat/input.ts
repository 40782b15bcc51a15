import { suggest } from "../../kit/words.ts";

/** The commands of a chat, each with its argument and its effect. */
export const chatCommands = {
  help: { rest: "", does: "show this list" },
  retry: { rest: "", does: "send the last message again and replace its reply" },
  undo: { rest: "", does: "remove the last message and its reply" },
  edit: { rest: "[TEXT]", does: "change the last message and send it again" },
  attach: { rest: "FILE", does: "send a file of the project with the next message" },
  tools: {
    rest: "[ask|run]",
    does: "list the functions; ask: answer every call yourself; run: use handlers where they exist",
  },
  cost: { rest: "", does: "time, tokens and money so far" },
  save: { rest: "NAME", does: "save the conversation as scenarios/NAME.yaml and run it" },
  quit: { rest: "", does: "leave; so does Ctrl-D, or Ctrl-C twice" },
} as const;

export type ChatCommand = keyof typeof chatCommands;

/** The meaning of a line. `more`: a message of several lines continues. */
export type Typed =
  | { kind: "say"; text: string }
  | { kind: "command"; name: ChatCommand; rest: string }
  | { kind: "wrong"; message: string }
  | { kind: "nothing" }
  | { kind: "more"; draft: readonly string[] };

const quotes = '"""';

/** Reads a typed or piped line; `draft` has the lines so far of a message started with `"""`, and is `null` outside of one. */
export function readTyped(line: string, draft: readonly string[] | null): Typed {
  if (draft !== null) return readDraft(line, draft);
  const text = line.trim();
  if (text.startsWith(quotes)) return readDraft(text.slice(quotes.length), []);
  if (text === "") return { kind: "nothing" };
  if (text.startsWith("//")) return { kind: "say", text: text.slice(1) };
  if (text.startsWith("/")) return readCommand(text);
  return { kind: "say", text };
}

function readDraft(line: string, draft: readonly string[]): Typed {
  const end = line.trimEnd();
  if (!end.endsWith(quotes)) return { kind: "more", draft: [...draft, line] };
  const text = [...draft, end.slice(0, -quotes.length)].join("\n").trim();
  return text === "" ? { kind: "nothing" } : { kind: "say", text };
}

function readCommand(text: string): Typed {
  const [word = "", ...others] = text.slice(1).split(/\s+/);
  const rest = others.join(" ");
  if (!isCommand(word)) {
    const meant = suggest(word, Object.keys(chatCommands));
    const hint = meant === undefined ? "/help lists the commands" : `did you mean /${meant}?`;
    return { kind: "wrong", message: `there is no /${word}: ${hint} (to start a message with /, type //)` };
  }
  const { rest: wanted } = chatCommands[word];
  const isOptional = wanted === "" || wanted.startsWith("[");
  if (rest === "" && !isOptional) return { kind: "wrong", message: `/${word} needs an argument: /${word} ${wanted}` };
  if (rest !== "" && wanted === "") return { kind: "wrong", message: `/${word} takes no argument` };
  return { kind: "command", name: word, rest };
}

function isCommand(word: string): word is ChatCommand {
  return Object.hasOwn(chatCommands, word);
}
