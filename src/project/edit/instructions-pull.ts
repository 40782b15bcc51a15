import type { WrittenAssistant } from "../schemas/assistant.ts";
import type { Declared } from "../project.ts";
import { interpolate } from "../expression.ts";
import { type InstructionPart, instructionParts, joinInstructions } from "../instructions.ts";
import { withoutExpressions } from "../write/escape.ts";
import { type FieldPull, byHand, hasRealExpression, notPulled, nothingPulled, usersOfText } from "./field-pull.ts";
import type { PullInput } from "./pull.ts";

const field = "instructions";

/** Writes instructions into the edited part: the text in the YAML, or a file it refers to. */
export function pullInstructions(input: PullInput, declared: Declared<WrittenAssistant>, live: string): FieldPull {
  const parts = instructionParts(declared, input.project.texts).map((part) =>
    Object.assign(part, { said: part.hasExpressions ? saidBy(part.text, input) : part.text }),
  );
  const text = live.replaceAll("\r\n", "\n");
  if (parts.length === 0) return { ...nothingPulled(), edits: [{ path: [field], value: withoutExpressions(text) }] };
  const found = parts.length === 1 ? { part: parts[0]!, text } : editedPart(parts, text);
  if (found === null) {
    const why = `it consists of ${parts.length} parts, and it is unclear which one the edit belongs to`;
    return refused(input, declared, parts[0]!, why);
  }
  return writePart(input, declared, found);
}

/** A part with its expressions evaluated. */
interface EvaluatedPart extends InstructionPart {
  said: string;
}

/** The text with the values of its expressions, which were already evaluated for the plan. */
function saidBy(text: string, { vars }: PullInput): string {
  const value = interpolate(text, { vars });
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface EditedPart {
  part: InstructionPart;
  text: string;
}

/** The only part whose text changed, if all others are unchanged. */
function editedPart(parts: readonly EvaluatedPart[], live: string): EditedPart | null {
  const found = parts.flatMap((part, index): EditedPart[] => {
    const before = parts.slice(0, index).map((each) => each.said);
    const after = parts.slice(index + 1).map((each) => each.said);
    const mark = "\u0000";
    const [start = "", end = ""] = joinInstructions([...before, mark, ...after]).split(mark);
    if (live.length < start.length + end.length || !live.startsWith(start) || !live.endsWith(end)) return [];
    const text = live.slice(start.length, live.length - end.length);
    // Separators between parts are regenerated: a text that begins or ends with line ends would lose them.
    return joinInstructions([...before, text, ...after]) === live ? [{ part, text: withEnds(part.text, text) }] : [];
  });
  return found.length === 1 ? found[0]! : null;
}

/** The text with the previous line ends at its ends, which joining parts removes. */
function withEnds(before: string, text: string): string {
  const unix = before.replaceAll("\r\n", "\n");
  return `${/^\n*/.exec(unix)![0]}${text}${/\n*$/.exec(unix)![0]}`;
}

function writePart(input: PullInput, declared: Declared<WrittenAssistant>, { part, text }: EditedPart): FieldPull {
  const { path, file, hasExpressions } = part;
  if (hasExpressions && hasRealExpression(part.text)) {
    return refused(input, declared, part, "its text has expressions");
  }
  if (file === null) return { ...nothingPulled(), edits: [{ path, value: withoutExpressions(text) }] };
  const users = usersOfText(input, file);
  if (users.length > 1) return refused(input, declared, part, `${file} is a part of ${users.join(", ")}`);
  const read = input.files.read(file);
  const before = read.kind === "text" ? read.text : "";
  const escaped = hasExpressions ? withoutExpressions(text) : text;
  return {
    ...nothingPulled(),
    texts: new Map([[file, before.includes("\r\n") ? escaped.replaceAll("\n", "\r\n") : escaped]]),
  };
}

function refused(
  input: PullInput,
  declared: Declared<WrittenAssistant>,
  { path }: InstructionPart,
  why: string,
): FieldPull {
  return { ...nothingPulled(), problems: [notPulled(declared, path, field, why, byHand(input, field))] };
}
