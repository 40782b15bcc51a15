import { changedParts, seenParts, type Fingerprint, type PartHashes } from "../fingerprint.ts";

/** The fingerprint and files of a scenario at one point in time. */
export interface Known {
  fingerprint: Fingerprint;
  /** The files that it names, and the code of its tools, with a hash of each. */
  files: PartHashes;
}

/** The parts of a scenario that changed, in words; empty when none did. `null` means that the scenario did not exist before. */
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
  assistant: "different assistant",
};

function partWords(part: string): string {
  return words[part] ?? part.replace(/^turns\./, "turn ");
}
