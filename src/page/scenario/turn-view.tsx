import type { JSX } from "preact";
import { dollarsText } from "../../kit/dollars.ts";
import { durationText } from "../../kit/duration.ts";
import type { TurnPage, VerdictPage } from "../../page-data/scenario-page.ts";
import { Checks } from "./checks.tsx";
import { Fold } from "./fold.tsx";
import { ItemView, Part } from "./items.tsx";
import { jsonOf } from "./as-markdown.ts";
import { TurnContext } from "./screen-context.ts";
import { TextView } from "./text-view.tsx";
import { TimeStrip, WaterfallView } from "./waterfall-view.tsx";

/** The key of a turn within its conversation. */
export function turnKey({ number, part }: Pick<TurnPage, "number" | "part">): string {
  return part === null ? `turn-${number}` : `turn-${number}-${part}`;
}

/** The name of a turn. */
export function turnName({ number, part, id }: Pick<TurnPage, "number" | "part" | "id">): string {
  return [`Turn ${number}`, ...(id === null ? [] : [id]), ...(part === null ? [] : [`message ${part}`])].join(", ");
}

/** A turn as a conversation: the user's message, actions, the assistant's messages, and the expectations. */
export function TurnView(props: {
  turn: TurnPage;
  verdicts: readonly VerdictPage[];
  /** The duration of the longest turn of the conversation, in milliseconds. */
  longest: number;
}): JSX.Element {
  const { turn, verdicts, longest } = props;
  const { user, attachments, items, status, why, saved } = turn;
  const isFailed = verdicts.some(({ outcome, severity }) => outcome === "failed" && severity === "gate");
  const key = turnKey(turn);
  return (
    <TurnContext.Provider value={key}>
      <section id={key} class={`turn${isFailed ? " failed-turn" : ""}`} aria-label={turnName(turn)}>
        <TurnTitle {...{ turn, longest }} />
        <Part who="User" class="user">
          <TextView text={user} name="message" />
          {attachments.length === 0 ? (
            <></>
          ) : (
            <ul class="attached">
              {attachments.map((each) => (
                <li key={each.file}>
                  <span class="file-name">{each.file}</span> <span class="dim">{each.for.join(", ")}</span>
                </li>
              ))}
            </ul>
          )}
        </Part>
        {items.map((item, index) => (
          <ItemView key={index} item={item} />
        ))}
        {status !== "completed" && (
          <Part who="Ended">
            <p class="fail">
              {status.replaceAll("_", " ")}
              {why !== null && `: ${why}`}
            </p>
          </Part>
        )}
        {Object.keys(saved).length > 0 && (
          <Fold class="saved" title={<>Saved {Object.keys(saved).join(", ")}</>}>
            <div class="mono">
              <TextView text={jsonOf(saved)} name="saved values" />
            </div>
          </Fold>
        )}
        <Checks verdicts={verdicts} />
      </section>
    </TurnContext.Provider>
  );
}

function TurnTitle({ turn, longest }: { turn: TurnPage; longest: number }): JSX.Element {
  const { model, tokens, cost, time } = turn;
  const facts = [
    ...(tokens === null ? [] : [`${tokens.toLocaleString("en")} tokens`]),
    ...(cost === null ? [] : [dollarsText(cost)]),
    ...(model === null ? [] : [model]),
  ];
  return (
    <header class="turn-title">
      <h2>{turnName(turn)}</h2>
      <Fold
        class="timing"
        isPicture
        title={
          <>
            <TimeStrip {...{ turn, longest }} />
            <span class="short">timing: </span>
            <span class="dim">{[durationText(time.total), ...facts].join(" · ")}</span>
          </>
        }
      >
        <WaterfallView turn={turn} />
      </Fold>
    </header>
  );
}
