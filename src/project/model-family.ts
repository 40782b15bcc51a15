/** Name prefixes of model families. Models of one family are trained alike: they share preferences and mistakes. */
const families: readonly (readonly [family: string, names: RegExp])[] = [
  ["OpenAI", /^(?:gpt|chatgpt|o\d|davinci|codex)/],
  ["Anthropic", /^claude/],
  ["Google", /^(?:gemini|gemma|palm|bison)/],
  ["Meta", /^(?:llama|meta-llama|codellama)/],
  ["Mistral", /^(?:mistral|mixtral|ministral|codestral|magistral|pixtral|devstral)/],
  ["Alibaba", /^(?:qwen|qwq)/],
  ["DeepSeek", /^deepseek/],
  ["xAI", /^grok/],
  ["Microsoft", /^(?:phi|wizardlm)/],
  ["Cohere", /^(?:command|c4ai|aya)/],
];

/**
 * The family of a model by its name; `null` when the name does not show it. A provider prefix and the base of a fine-tuned model are
 * recognized: `openai/gpt-4o`, `ft:gpt-4o:acme::1`.
 */
export function familyOf(model: string): string | null {
  const [, base = model] = /^ft:([^:]+)/.exec(model) ?? [];
  const name = (base.split("/").at(-1) ?? base).toLowerCase();
  return families.find(([, names]) => names.test(name))?.[0] ?? null;
}
