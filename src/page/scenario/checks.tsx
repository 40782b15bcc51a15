import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Comparison, PlacePage, ProblemPage, VerdictPage } from "../../page-data/scenario-page.ts";
import { Fold } from "./fold.tsx";
import { labelOf } from "./side-by-side.ts";
import { diffText } from "./spans.ts";
import { TextView } from "./text-view.tsx";
import { sidesOf } from "./word-diff.ts";

const marks = {
  held: { mark: "✓", word: "held", tone: "pass" },
  failed: { mark: "✗", word: "failed", tone: "fail" },
  undecided: { mark: "?", word: "undecided", tone: "errored" },
} as const;

/** The outcome of an expectation; a warning is not a failure. */
export function outcomeOf({ outcome, severity }: Pick<VerdictPage, "outcome" | "severity">) {
  return outcome === "failed" && severity === "warn" ? { mark: "!", word: "warning", tone: "flaky" } : marks[outcome];
}

/** An expectation with its verdict and, if it does not hold, its place and the difference. */
export function Check({ verdict, where }: { verdict: VerdictPage; where?: JSX.Element }): JSX.Element {
  const { sentence, nearest, comparison, place, outcome } = verdict;
  const { mark, word, tone } = outcomeOf(verdict);
  return (
    <div class={`check ${tone}-edge`}>
      <p class="check-line">
        <span class={`mark ${tone}`} aria-hidden="true">
          {mark}
        </span>
        <span class="short">{word}: </span>
        {where !== undefined && <>{where}: </>}
        <span class="sentence">{sentence}</span> <code class="check-name">{labelOf(verdict)}</code>
      </p>
      {outcome !== "held" && (
        <>
          {nearest !== null && <p class="nearest">{nearest}</p>}
          {comparison !== null && <Compared comparison={comparison} />}
          {place !== null && <PlaceLine place={place} />}
        </>
      )}
    </div>
  );
}

/** Expected and actual with their difference marked; long texts are cut around it. */
export function Compared({ comparison }: { comparison: Comparison }): JSX.Element {
  const { expected, actual } = useMemo(() => {
    const sides = sidesOf(comparison);
    return { expected: diffText(sides.expected), actual: diffText(sides.actual) };
  }, [comparison]);
  const word = comparison.shows === "unwanted_part" ? "not expected" : "expected";
  return (
    <dl class="compared">
      {[
        { word, side: expected, name: "expected value" },
        { word: "actual", side: actual, name: "actual value" },
      ].map(({ word: title, side, name }) => (
        <div key={name}>
          <dt>{title}</dt>
          <dd class="mono">
            <TextView text={side.text} spans={side.spans} around={side.spans[0]?.from ?? 0} name={name} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The line of a file at the time of the run. */
export function PlaceLine({ place }: { place: PlacePage }): JSX.Element {
  const { file, line, column, length, text } = place;
  const [from, to] = [column - 1, column - 1 + length];
  return (
    <div class="place">
      <span class="place-name">
        {file}:{line}:{column}
      </span>
      <code>
        {text.slice(0, from).trimStart()}
        <mark>{text.slice(from, to)}</mark>
        {text.slice(to)}
      </code>
    </div>
  );
}

/** A problem that occurred while a scenario ran. */
export function ProblemView({ problem }: { problem: ProblemPage }): JSX.Element {
  const { severity, code, message, hint, place } = problem;
  const tone = severity === "error" ? "errored" : "flaky";
  return (
    <div class={`check ${tone}-edge`}>
      <p class="check-line">
        <span class={`mark ${tone}`} aria-hidden="true">
          !
        </span>
        <span class="short">{severity}: </span>
        <code class="check-name">{code}</code>
      </p>
      <TextView text={message} name="message" />
      {hint !== null && (
        <div class="dim">
          <TextView text={hint} name="hint" />
        </div>
      )}
      {place !== null && <PlaceLine place={place} />}
    </div>
  );
}

/** The expectations of a turn, or of the entire conversation: the counts by outcome, and each expectation in a fold. */
export function Checks({ verdicts }: { verdicts: readonly VerdictPage[] }): JSX.Element | null {
  if (verdicts.length === 0) return null;
  const groups = [...Map.groupBy(verdicts, (verdict) => outcomeOf(verdict).word)].toSorted(
    ([one], [other]) => order.indexOf(one) - order.indexOf(other),
  );
  return (
    <div class="checks">
      {groups.map(([word, group]) => (
        <Fold key={word} class="checks-group" title={<GroupTitle word={word} group={group} />}>
          {group.map((verdict, index) => (
            <Check key={`${verdict.path} ${index}`} verdict={verdict} />
          ))}
        </Fold>
      ))}
    </div>
  );
}

/** In order of urgency. */
const order = ["failed", "warning", "undecided", "held"];

function GroupTitle({ word, group }: { word: string; group: readonly VerdictPage[] }): JSX.Element {
  const [first] = group;
  const { mark, tone } = first === undefined ? marks.held : outcomeOf(first);
  const names = [...new Set(group.map(labelOf))];
  return (
    <>
      <span class={`count ${tone}`}>
        <span class="mark" aria-hidden="true">
          {mark}
        </span>{" "}
        <b>{group.length}</b> {word}
      </span>{" "}
      <span class="preview">{names.join(", ")}</span>
    </>
  );
}
