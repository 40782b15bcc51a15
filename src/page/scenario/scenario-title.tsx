import type { JSX } from "preact";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import type { IndexRow } from "../../page-data/index-row.ts";
import type { AttemptPage, ScenarioPage } from "../../page-data/scenario-page.ts";
import { AnyStatus } from "./any-status.tsx";

/** The title of a scenario, its status, and the command that runs it again. */
export function ScenarioTitle(props: {
  page: ScenarioPage;
  row: IndexRow | null;
  attempt: AttemptPage | null;
  copyCommand: () => void;
}): JSX.Element {
  const { page, row, attempt, copyCommand } = props;
  const { id, name, file, assistant, tags, owner, status, reason, command, runs } = page;
  const line = row?.line ?? null;
  const facts = [
    ...(attempt === null ? [] : [durationText(attempt.time)]),
    ...(attempt?.tokens == null ? [] : [`${attempt.tokens.toLocaleString("en")} tokens`]),
    ...(attempt?.cost == null ? [] : [dollarsText(attempt.cost)]),
  ];
  return (
    <header class="scene-title">
      <h1 tabIndex={-1} data-focus>
        <AnyStatus status={status} /> {name}
      </h1>
      <dl class="scene-facts">
        <Fact name="id" text={id} isCode />
        <Fact name="file" text={line === null ? file : `${file}:${line}`} isCode />
        <Fact name="assistant" text={assistant} />
        {owner !== null && <Fact name="owner" text={owner} />}
        {tags.length > 0 && <Fact name="tags" text={tags.map((tag) => `@${tag}`).join(" ")} />}
        {facts.length > 0 && <Fact name="took" text={facts.join(" · ")} />}
        {runs !== null && <Fact name="runs" text={runs} />}
      </dl>
      {reason !== null && <p class="reason">{reason}</p>}
      <div class="command">
        <code>{command}</code>
        <button type="button" title="Copy the command (c)" onClick={copyCommand}>
          Copy
        </button>
      </div>
    </header>
  );
}

function Fact({ name, text, isCode = false }: { name: string; text: string; isCode?: boolean }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{isCode ? <code>{text}</code> : text}</dd>
    </div>
  );
}
