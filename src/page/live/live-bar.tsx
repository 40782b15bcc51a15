import type { JSX } from "preact";
import type { RunHead } from "../../page-data/run-head.ts";
import type { ProblemPage } from "../../page-data/scenario-page.ts";
import type { Actions, Connection, Live } from "../source.ts";

interface LiveBarProps {
  live: Live;
  actions: Actions;
  head: RunHead;
  /** The scenario that is open. */
  id: string | null;
  tell: (text: string) => void;
}

/** The activity while tests run, and the available actions. */
export function LiveBar({ live, actions, head, id, tell }: LiveBarProps): JSX.Element {
  const { connection, isRunning, active, changed, problems } = live;
  const bad = head.counts.failed + head.counts.errored + head.counts.inconclusive;
  const isLive = connection.kind === "live";
  const ask = (work: Promise<void>) => void work.catch((error: unknown) => tell(String(error).replace(/^Error: /, "")));
  return (
    <section class="live" aria-label="Live">
      <div class="live-line">
        <p role="status">{isLive ? (isRunning ? "Running" : "Waiting for changes") : wordsOf(connection)}</p>
        {isLive && isRunning && <span class="dim">{active.size.toLocaleString("en")} to go</span>}
        <span class="live-buttons">
          {isRunning ? (
            <button type="button" disabled={!isLive} onClick={() => ask(actions.stop())}>
              Stop
            </button>
          ) : (
            <>
              {id !== null && (
                <button type="button" disabled={!isLive} title="r" onClick={() => ask(actions.run([id]))}>
                  Run this
                </button>
              )}
              <button
                type="button"
                disabled={!isLive || bad === 0}
                title="R"
                onClick={() => ask(actions.run("failed"))}
              >
                Run what failed
              </button>
              <button type="button" disabled={!isLive} onClick={() => ask(actions.run("all"))}>
                Run all
              </button>
            </>
          )}
        </span>
      </div>
      {problems.map((problem, at) => (
        <ProblemLine key={at} problem={problem} />
      ))}
      {changed !== null && problems.length === 0 && <p class="dim changed">{changeText(changed)}</p>}
    </section>
  );
}

function wordsOf(connection: Exclude<Connection, { kind: "live" }>): string {
  const time = new Date(connection.since).toLocaleTimeString();
  switch (connection.kind) {
    case "lost":
      return `Not live since ${time}: this page may be out of date`;
    case "ended":
      return `Not live since ${time}: playbill ui was stopped`;
    case "refused":
      return `Not live since ${time}: open the link printed by playbill ui`;
  }
}

function ProblemLine({ problem }: { problem: ProblemPage }): JSX.Element {
  const { severity, code, message, hint, place } = problem;
  return (
    <p class="live-problem">
      <b class={severity === "error" ? "fail" : "flaky"}>
        {severity}[{code}]
      </b>{" "}
      {place === null ? "" : `${place.file}:${place.line}: `}
      {message}
      {hint !== null && <span class="dim"> {hint}</span>}
    </p>
  );
}

const mostNamed = 3;

function changeText({ files, affected }: NonNullable<Live["changed"]>): string {
  const named = files.slice(0, mostNamed).join(", ");
  const more = files.length > mostNamed ? ` and ${files.length - mostNamed} more` : "";
  const touched = affected.length === 0 ? "affects no scenario" : `affects ${affected.length}`;
  const [first] = affected;
  const why = affected.length === 1 && first !== undefined ? `: ${first[0]} (${first[1].join(", ")})` : "";
  return `Changed: ${named}${more}; ${touched}${why}`;
}
