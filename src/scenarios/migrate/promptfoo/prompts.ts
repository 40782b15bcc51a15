import { posix } from "node:path";
import { asObject, asText, isObject, parseJson, someTextOrNull } from "../../../kit/json.ts";
import { parseYaml } from "../../../project/yaml.ts";
import { type ReadMessages, readMessages } from "../evals/messages.ts";
import type { MigratedSuite } from "../suite.ts";
import { fromTemplate } from "../template.ts";
import { varExpression } from "./asserts.ts";
import { fileNamed, type Part, partAt, type ReadText, remarkOn } from "./source.ts";

/** A prompt with its texts as written; `part` is its place. */
export interface Prompt extends ReadMessages {
  /** Its name in tests. */
  label: string;
  part: Part;
}

const looksLikeFile = /^(?:file:\/\/|[^\s{}]+\.(?:txt|md|json|jsonl|ya?ml|js|cjs|mjs|ts|py|csv|j2)(?::\w+)?$)/;

/** Reads `prompts`; anything that is not text becomes a remark. */
export function readPrompts(part: Part, readText: ReadText, suite: MigratedSuite): Prompt[] {
  const { value } = part;
  const list = Array.isArray(value) ? value : isObject(value) ? Object.keys(value) : [value];
  return list.flatMap((each: unknown, index) => {
    const own = Array.isArray(value) ? partAt(part, each, [index]) : part;
    const object = asObject(each);
    const written =
      typeof each === "string" ? each : (someTextOrNull(object["raw"]) ?? someTextOrNull(object["id"]) ?? "");
    const label = someTextOrNull(object["label"]) ?? written;
    if (written === "") return missing(suite, own, "it is not a text");
    const texts = looksLikeFile.test(written) ? textsOfFile(written, readText) : [written];
    if (typeof texts === "string") return missing(suite, own, `${written}: ${texts}`);
    return texts.flatMap((text) => {
      const read = readPrompt(text);
      if (typeof read === "string") return missing(suite, own, read);
      const all = [...read.opening.map((message) => message.text), read.user];
      if (all.some((each) => fromTemplate(each, varExpression) === null))
        return missing(suite, own, "it contains more than plain {{ names }}: filters, conditions or loops");
      if (read.hasInstructions)
        suite.missing.push(remarkOn(own, "system message", "it belongs in the instructions of the assistant"));
      return [{ ...read, label, part: own }];
    });
  });
}

function missing(suite: MigratedSuite, part: Part, why: string): [] {
  suite.missing.push(remarkOn(part, "prompt", why));
  return [];
}

/** The prompts of a file, or why there are none. */
function textsOfFile(written: string, readText: ReadText): string[] | string {
  const named = fileNamed(written);
  if ("why" in named) return named.why;
  const extension = posix.extname(named.path.replace(/:\w+$/, ""));
  if (![".txt", ".md", ".json", ".yaml", ".yml", ".j2"].includes(extension))
    return "it is code, or rows: write the prompt as text";
  const read = readText(named.path);
  if ("why" in read) return read.why;
  if (extension === ".yaml" || extension === ".yml") {
    const { value, problems } = parseYaml(named.path, read.text);
    return problems.length > 0 ? "it is not valid YAML" : [JSON.stringify(value)];
  }
  return extension === ".txt" || extension === ".md"
    ? read.text.split(/^---$/m).map((each) => each.trim())
    : [read.text];
}

/** Reads a prompt: a text that the user says, or a list of messages. */
function readPrompt(text: string): ReadMessages | string {
  const value = parseJson(text.trim());
  if (!Array.isArray(value)) return { opening: [], user: text, hasInstructions: false };
  return value.every((each) => asText(asObject(each)["role"]) !== "")
    ? readMessages(value)
    : { opening: [], user: text, hasInstructions: false };
}
