/** The assertion in a CSV cell `__expected`; `null` for an empty cell. A cell without a type means that the reply must equal it. */
export function assertOfCell(cell: string): Record<string, unknown> | null {
  const text = cell.trim();
  if (text === "") return null;
  const code = /^(javascript|fn|eval|python):([^]*)$/.exec(text);
  if (code !== null) return { type: code[1] === "python" ? "python" : "javascript", value: code[2] };
  const grade = /^grade:\s*([^]*)$/.exec(text);
  if (grade !== null) return { type: "llm-rubric", value: grade[1] };
  const [, type, threshold, value] = /^((?:not-)?[a-z][a-z-]*)(?:\((\d+(?:\.\d+)?)\))?:\s*([^]*)$/.exec(text) ?? [];
  if (type !== undefined && isType(type)) {
    const isList = /-(?:any|all)$/.test(type);
    return {
      type,
      ...(value !== "" && { value: isList ? (value ?? "").split(",").map((each) => each.trim()) : value }),
      ...(threshold !== undefined && { threshold: Number(threshold) }),
    };
  }
  return /^(?:not-)?is-json$|^contains-json$/.test(text) ? { type: text } : { type: "equals", value: text };
}

const types =
  "equals contains icontains contains-any contains-all icontains-any icontains-all starts-with regex is-json contains-json similar latency cost llm-rubric factuality model-graded-closedqa model-graded-factuality g-eval webhook rouge-n bleu levenshtein perplexity is-sql contains-sql is-xml contains-xml word-count answer-relevance moderation classifier is-refusal".split(
    " ",
  );

function isType(type: string): boolean {
  return types.includes(type.replace(/^not-/, ""));
}
