/** What a part of a fingerprint is, in a few words; empty where its name says it. */
export function partMeaning(address: string, part: string, target: string): string {
  const kind = address.slice(0, address.indexOf("."));
  if (kind === "assistant") return part.startsWith("tools.") ? ofTool(part) : (ofAssistant(target)[part] ?? "");
  if (kind === "scenario") return part.startsWith("turns.") ? "what is said, and when" : (ofScenario[part] ?? "");
  return part === "content" && kind === "vector_store" ? "its files, by name and bytes, and how they are cut" : "";
}

function ofTool(part: string): string {
  if (part === "tools.file_search") return "files of its vector stores, and how they are searched";
  return part === "tools.code_interpreter"
    ? "the files that its code may read"
    : "the function as its model is told of it";
}

const ofAssistant = (target: string): Record<string, string> => ({
  instructions: "the whole text, with all files and variables in it",
  model: `the model as ${target} calls it`,
  response_format: "the form of its answers",
});

const ofScenario: Record<string, string> = {
  assistant: "whom it talks to",
  expect: "all expectations",
  files: "files that it names, and code of its stubs and tools",
  models: "the models that judge and play users",
  script: "what the embedded model says and calls",
  tools: "what stubs answer",
  vars: "variables that it reads",
  world: "the state that stubs share",
};
