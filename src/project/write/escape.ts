/** An escaped text that evaluates to the given one where `${{ }}` is evaluated. */
export function withoutExpressions(text: string): string {
  return text.replaceAll("${{", () => '${{ "${{" }}');
}
