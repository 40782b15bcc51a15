import { cutEnd } from "../../kit/difference.ts";
import type { Declared, Project } from "../../project/project.ts";
import type { WrittenAssistant } from "../../project/schemas/assistant.ts";
import { looseningsOf } from "./loosen.ts";
import type { Change, Mutant } from "./mutant.ts";
import { locatorIn, paragraphsOf, type Paragraph } from "./paragraphs.ts";

const longest = 100;

/** The mutants that leave out one paragraph of an assistant's instructions; a paragraph of a shared text is left out for all assistants. */
export function paragraphMutants(project: Pick<Project, "assistants" | "texts">): Mutant[] {
  return shared(project, (declared, paragraph) => {
    const { part, start } = paragraph;
    return [
      {
        kind: "paragraph",
        assistants: [declared.name],
        place: paragraph.place,
        what: "a paragraph is left out",
        before: oneLine(paragraph.text),
        after: "",
        change: textChange(declared, part, start, endWithBlanks(paragraph), ""),
        covered: { kind: "assistant" },
        paragraph: paragraph.hash,
      },
    ];
  });
}

/** The mutants that loosen one rule of an assistant's instructions. */
export function ruleMutants(project: Pick<Project, "assistants" | "texts">): Mutant[] {
  return shared(project, (declared, { part, start, text, place }) => {
    const locate = locatorIn(declared, part);
    return looseningsOf(text).map((loosening): Mutant => {
      const [from, to] = [start + loosening.start, start + loosening.end];
      const line = lineAround(text, loosening.start);
      return {
        kind: "rule",
        assistants: [declared.name],
        // In YAML, where the same word may occur several times, the place is that of the paragraph.
        place: part.file === null ? place : locate(from, to),
        what: loosening.what,
        before: oneLine(text.slice(line.start, line.end)),
        after: oneLine(text.slice(line.start, loosening.start) + loosening.text + text.slice(loosening.end, line.end)),
        change: textChange(declared, part, from, to, loosening.text),
        covered: { kind: "assistant" },
        paragraph: null,
      };
    });
  });
}

/** The mutants of all paragraphs; a paragraph of a file that several assistants use is changed in all of them at once. */
function shared(
  { assistants, texts }: Pick<Project, "assistants" | "texts">,
  mutantsOf: (declared: Declared<WrittenAssistant>, paragraph: Paragraph) => Mutant[],
): Mutant[] {
  const found = new Map<string, Mutant>();
  for (const declared of assistants.values()) {
    for (const paragraph of paragraphsOf(declared, texts)) {
      const { part, start } = paragraph;
      for (const [index, mutant] of mutantsOf(declared, paragraph).entries()) {
        const key = JSON.stringify([part.file ?? [declared.address, part.path], start, index]);
        const names = found.get(key)?.assistants ?? [];
        found.set(key, { ...mutant, assistants: [...names, declared.name] });
      }
    }
  }
  return [...found.values()];
}

/** The change that replaces a span of a part of the instructions. */
function textChange(
  { name }: Declared<WrittenAssistant>,
  { file, path, text }: Paragraph["part"],
  start: number,
  end: number,
  replacement: string,
): Change {
  const changed = text.slice(0, start) + replacement + text.slice(end);
  return {
    kind: "project",
    apply(project) {
      if (file !== null) return { ...project, texts: new Map([...project.texts, [file, changed]]) };
      const declared = project.assistants.get(name);
      if (declared === undefined) return project;
      const { instructions } = declared.value;
      const [, index] = path;
      const written = Array.isArray(instructions)
        ? instructions.map((each, at) => (at === index ? changed : each))
        : changed;
      return withAssistant(project, { ...declared, value: { ...declared.value, instructions: written } });
    },
  };
}

/** The project with an assistant replacing the one of the same name. */
export function withAssistant(project: Project, declared: Declared<WrittenAssistant>): Project {
  return { ...project, assistants: new Map([...project.assistants, [declared.name, declared]]) };
}

/** The end of a paragraph, including its line break and the blank lines after it. */
function endWithBlanks({ part: { text }, end }: Paragraph): number {
  return end + (/^[^\S\n]*\n(?:[^\S\n]*\n)*/.exec(text.slice(end))?.[0].length ?? 0);
}

function lineAround(text: string, at: number): { start: number; end: number } {
  const end = text.indexOf("\n", at);
  return { start: text.lastIndexOf("\n", at - 1) + 1, end: end === -1 ? text.length : end };
}

function oneLine(text: string): string {
  return cutEnd(text.replaceAll(/\s+/g, " ").trim(), longest);
}
