/** Whether a text is an http or https URL with a host. `new URL` also takes `http:/x` and `http:x`, which nobody means. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/?#]/i.test(text) && URL.canParse(text);
}

/** What to write for one, as part of a hint. */
export const httpUrlHint = "Write the whole address with its version, for example https://proxy.example/openai/v1.";
