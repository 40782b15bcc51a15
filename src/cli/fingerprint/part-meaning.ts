/** A short explanation of a part of a fingerprint; empty when its name is clear. */
export function partMeaning(address: string, part: string, target: string): string {
  const kind = address.slice(0, address.indexOf("."));
  if (kind === "assistant") return part.startsWith("tools.") ? ofTool(part) : (ofAssistant(target)[part] ?? "");
  if (kind === "scenario")
    return part.startsWith("turns.") ? "the user's message, and when it is sent" : (ofScenario[part] ?? "");
  return part === "content" && kind === "vector_store"
    ? "its files, by name and content, and how they are split into chunks"
    : "";
}

function ofTool(part: string): string {
  if (part === "tools.file_search") return "the files of its vector stores, and the search options";
  return part === "tools.code_interpreter"
    ? "the files available to its code"
    : "the function as described to the model";
}

const ofAssistant = (target: string): Record<string, string> => ({
  instructions: "the complete text, with all included files and variables",
  model: `the model, by its name at ${target}`,
  response_format: "the format of its answers",
});

const ofScenario: Record<string, string> = {
  assistant: "the assistant it talks to",
  expect: "all expectations",
  files: "the files it refers to, and the code of its stubs and tools",
  models: "the models that judge or simulate users",
  script: "the replies and calls of the embedded model",
  tools: "the answers of stubs",
  vars: "the variables it uses",
  world: "the state shared by stubs",
};
