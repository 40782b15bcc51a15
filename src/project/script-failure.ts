/** A turn of a scenario, and the failed step of its script, if known; both count from 1. */
export interface ScriptPlace {
  scenario: string;
  turn: number;
  /** Which of several user messages was sent; `null` when there is only one. */
  choice: number | null;
  step: number | null;
}

/** A script that could not be carried out: a fault of the script, not of the assistant. */
export interface ScriptFailure {
  /** `null` when no script matched the messages. */
  place: ScriptPlace | null;
  words: string;
}

/**
 * `scenario "paris", turn 1`: how the message of a run begins that failed because of its script, followed by `, step 2` when a step is to
 * blame, and by a colon. A message is all that a client is told of it (a run's `last_error` has room for one and for one of three codes),
 * so `readScriptFailure` reads it back.
 */
export function scriptPlaceText({ scenario, turn, choice }: Omit<ScriptPlace, "step">): string {
  return `scenario "${scenario}", turn ${turn}${choice === null ? "" : `, choice ${choice}`}`;
}

/** The failure described by such a message; `null` for any other message. */
export function readScriptFailure(message: string): ScriptFailure | null {
  const [, scenario, turn, choice, step, words = ""] = placed.exec(message) ?? [];
  if (scenario !== undefined) {
    return { place: { scenario, turn: Number(turn), choice: numberIn(choice), step: numberIn(step) }, words };
  }
  return unplaced.test(message) ? { place: null, words: message } : null;
}

const numberIn = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

const placed = /^scenario "([^"]*)", turn (\d+)(?:, choice (\d+))?(?:, step (\d+))?: (.*)$/s;
const unplaced = /^No (?:script|recording) (?:fits|answers) /;
