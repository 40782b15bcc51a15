import { type Problem, problem } from "../../problem.ts";
import { type KnownAssistant, chooseAssistant } from "../../scenarios/transcripts/choose-assistant.ts";
import type { Candidate } from "./drafts.ts";

/** A conversation and its assistant. */
export interface Chosen extends Candidate {
  assistant: KnownAssistant;
}

/** The maximum number of functions named in one problem. */
const mostNamed = 12;

/** Finds the assistant of each conversation; the rest become problems, grouped. */
export function assign(
  all: readonly Candidate[],
  assistants: readonly KnownAssistant[],
  wanted: KnownAssistant | null,
): { found: Chosen[]; problems: Problem[] } {
  const found: Chosen[] = [];
  const lacking = new Map<string, { count: number; functions: Set<string> }>();
  const unclear: { fits: string[] }[] = [];
  for (const each of all) {
    const choice = chooseAssistant(each.conversation, assistants, wanted);
    if (choice.kind === "found") found.push({ ...each, assistant: choice.assistant });
    else if (choice.kind === "unclear") unclear.push(choice);
    else {
      const name = choice.assistant?.name ?? "";
      const known = lacking.get(name) ?? { count: 0, functions: new Set() };
      lacking.set(name, known);
      known.count += 1;
      for (const each of choice.functions) known.functions.add(each);
    }
  }
  return { found, problems: [...lackingProblems(lacking), ...unclearProblems(unclear)] };
}

function lackingProblems(lacking: ReadonlyMap<string, { count: number; functions: ReadonlySet<string> }>): Problem[] {
  return [...lacking].map(([name, { count, functions }]) => {
    const names = [...functions];
    const shown = names.slice(0, mostNamed).join(", ");
    const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
    const conversations = `${count} ${count === 1 ? "conversation calls" : "conversations call"} what`;
    const lacks = name === "" ? "no assistant in this project has" : `the assistant ${name} does not have`;
    return problem("undeclared_functions", `${conversations} ${lacks}: ${shown}${more}`, {
      hint: `To declare them, run the command again with --assistant ${name || "NAME"} --declare; or add the tools to an assistant.`,
    });
  });
}

function unclearProblems(unclear: readonly { fits: string[] }[]): Problem[] {
  if (unclear.length === 0) return [];
  const fits = [...new Set(unclear.flatMap((each) => each.fits))].toSorted();
  const count = `${unclear.length} ${unclear.length === 1 ? "conversation" : "conversations"}`;
  return [
    problem("which_assistant", `${count} could belong to any of these assistants: ${fits.join(", ")}`, {
      hint: `Choose one, for example: --assistant ${fits[0]}`,
    }),
  ];
}
