import { changedParts, seenParts, type Fingerprint, type PartHashes } from "../fingerprint.ts";

/** What is known of a scenario at one time. */
export interface Known {
  fingerprint: Fingerprint;
  /** The files that it names, and code of its tools, a hash of each. */
  files: PartHashes;
}

/** Why a scenario is another one than it was, in words that a list holds; none when it is not. `null` stands for one that there was not. */
export function reasonsOf(before: Known | null, now: Known): string[] {
  if (before === null) return ["new"];
  const ofAssistant = changedParts(seenParts(before.fingerprint.assistant), seenParts(now.fingerprint.assistant));
  const ofScenario = changedParts(before.fingerprint.scenario, now.fingerprint.scenario);
  const files = changedParts(before.files, now.files);
  return [
    ...ofAssistant.map((part) => `assistant's ${part}`),
    ...ofScenario.filter((part) => part !== "files").map(partWords),
    ...files,
  ];
}

const words: Readonly<Record<string, string>> = {
  tools: "stubs",
  expect: "expectations",
  vars: "variables",
  assistant: "another assistant",
};

function partWords(part: string): string {
  return words[part] ?? part.replace(/^turns\./, "turn ");
}
