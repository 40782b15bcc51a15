import type { HistoryEvent } from "../../../targets/history.ts";
import { messageEvents } from "./message.ts";

/** The speaker marks in dialogues that are written as one text. */
const chatMarks = /(?:^|\n)[^\S\n]*(USER|ASSISTANT|FUNCTION RESPONSE|SYSTEM|Human|Assistant|<human>|<bot>)\s*:\s*/g;
const chatMl = /<\|im_start\|>\s*(\w+)\s*\n([^]*?)(?:<\|im_end\|>|$)/g;

/** The events of a dialogue in one text, with ChatML marks or with a name and a colon before each part. `null` for any other text. */
export function dialogueEvents(text: string): HistoryEvent[] | null {
  const parts = [...text.matchAll(chatMl)].map(([, role = "", content = ""]) => ({ role, content }));
  const all = parts.length > 0 ? parts : markedParts(text);
  const isDialogue = all.some(({ role }) => isUser(role)) && all.length > 1;
  return isDialogue ? all.flatMap(({ role, content }) => messageEvents({ role, content: content.trim() })) : null;
}

function markedParts(text: string): { role: string; content: string }[] {
  const marks = [...text.matchAll(chatMarks)];
  return marks.map((mark, index) => ({
    role: (mark[1] ?? "").replaceAll(/[<>]/g, ""),
    content: text.slice(mark.index + mark[0].length, marks[index + 1]?.index),
  }));
}

function isUser(role: string): boolean {
  return /^(user|human)$/i.test(role);
}
