/** A text for a place where `${{ }}` is evaluated, which evaluates to the given one. */
export function withoutExpressions(text: string): string {
  return text.replaceAll("${{", () => '${{ "${{" }}');
}
