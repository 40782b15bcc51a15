/** True for an http or https URL with a host. `new URL` also accepts `http:/x` and `http:x`, which are mistakes. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/?#]/i.test(text) && URL.canParse(text);
}

/** A hint for a URL. */
export const httpUrlHint = "Write the complete URL with its version, for example https://proxy.example/openai/v1.";
