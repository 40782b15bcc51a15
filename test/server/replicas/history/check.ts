import { done, type FinalThread, type History, isOver, type Operation, type Seen, type Span } from "./history.ts";

type Rule =
  | "one active run a thread"
  | "no answered write lost"
  | "lists in insertion order"
  | "every stream complete and in order"
  | "a run is carried out once"
  | "every run comes to its end";

/** A promise of the server that a history does not keep. */
export interface Violation {
  rule: Rule;
  words: string;
}

/** What every history keeps, whatever was killed, paused or cut off meanwhile. */
const rules: Record<Rule, (history: History, thread: FinalThread) => string[]> = {
  "one active run a thread": (history, thread) => [...runsAtOnce(history, thread), ...messagesDuringRuns(history)],
  "no answered write lost": lostWrites,
  "lists in insertion order": ({ operations }, thread) => [
    ...postedOutOfOrder(operations, thread),
    ...listedOutOfOrder(operations, thread),
  ],
  "every stream complete and in order": streamFaults,
  "a run is carried out once": carriedOutTwice,
  "every run comes to its end": (_, { runs }) =>
    runs.filter(({ status }) => !isOver(status)).map(({ id, status }) => `run ${id} is ${status} for ever`),
};

/** Every promise that the history breaks. */
export function violationsOf(history: History): Violation[] {
  return Object.entries(rules).flatMap(([rule, check]) =>
    history.threads.flatMap((thread) => {
      const operations = history.operations.filter(({ threadId }) => threadId === thread.id);
      return check({ ...history, operations }, thread).map((words) => ({ rule: rule as Rule, words }));
    }),
  );
}

/** When each run was active without doubt: from the answer that it exists to the last time at which somebody who asked then saw it active. */
function activeSpans(operations: readonly Operation[]): Map<string, Span> {
  const spans = new Map<string, Span>();
  for (const { end, outcome } of done(operations, "begin run")) spans.set(outcome.runId, { start: end, end });
  for (const { outcome } of done(operations, "stream run"))
    spans.set(outcome.runId, { start: outcome.begun, end: outcome.begun });
  for (const { start, runId, outcome } of done(operations, "read run")) {
    const span = spans.get(runId);
    if (span && !isOver(outcome.status)) span.end = Math.max(span.end, start);
  }
  return spans;
}

/** Whether what was done at any moment of the one was done during the other. */
function isWithin(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function runsAtOnce({ operations }: History, { runs }: FinalThread): string[] {
  const spans = [...activeSpans(operations)];
  const begun = [
    ...done(operations, "begin run"),
    ...done(operations, "stream run").map(({ start, outcome }) => ({ start, end: outcome.begun, outcome })),
  ];
  const during = begun.flatMap((begin) =>
    spans
      .filter(([other, span]) => other !== begin.outcome.runId && isWithin(begin, span))
      .map(([other]) => `run ${begin.outcome.runId} was begun while run ${other} was active`),
  );
  const left = runs.filter(({ status }) => !isOver(status)).map(({ id }) => id);
  return left.length > 1 ? [...during, `runs ${left.join(", ")} are active at once`] : during;
}

function messagesDuringRuns({ operations }: History): string[] {
  const spans = [...activeSpans(operations)];
  return done(operations, "post message").flatMap((post) =>
    spans
      .filter(([, span]) => isWithin(post, span))
      .map(([runId]) => `message ${post.outcome.messageId} was taken while run ${runId} was active`),
  );
}

function lostWrites({ operations }: History, { messages, runs }: FinalThread): string[] {
  const kept = new Map(messages.map(({ id, text }) => [id, text]));
  const known = new Map(runs.map(({ id, status }) => [id, status]));
  const posted = done(operations, "post message").flatMap(({ text, outcome: { messageId } }) =>
    kept.get(messageId) === text ? [] : [`message ${messageId} was answered and is not there as it was said`],
  );
  const begun = [...done(operations, "begin run"), ...done(operations, "stream run")].flatMap(
    ({ outcome: { runId } }) => (known.has(runId) ? [] : [`run ${runId} was answered and is not there`]),
  );
  // A run that was seen over stays as it was.
  const ended = [...done(operations, "read run"), ...done(operations, "cancel run")].flatMap(
    ({ runId, outcome: { status } }) =>
      isOver(status) && known.get(runId) !== status
        ? [`run ${runId} was ${status}, and is ${known.get(runId)} now`]
        : [],
  );
  return [...posted, ...begun, ...ended];
}

function postedOutOfOrder(operations: readonly Operation[], { messages }: FinalThread): string[] {
  const places = new Map(messages.map(({ id }, index) => [id, index]));
  const posts = done(operations, "post message").toSorted((one, other) => one.start - other.start);
  return posts.flatMap((post, index) =>
    posts
      .slice(index + 1)
      .filter(
        (later) =>
          post.end < later.start &&
          (places.get(post.outcome.messageId) ?? 0) > (places.get(later.outcome.messageId) ?? Infinity),
      )
      .map((later) => `message ${later.outcome.messageId} stands before ${post.outcome.messageId}, which came first`),
  );
}

/**
 * A list shows the thread as it was when it was read: its first messages, all that were answered before, and none that was said later. A list
 * that has a later message and not an earlier one would make a reader who goes on from its end miss that one for ever.
 */
function listedOutOfOrder(operations: readonly Operation[], { messages }: FinalThread): string[] {
  const order = messages.map(({ id }) => id);
  const posts = done(operations, "post message");
  return done(operations, "list messages").flatMap(({ start, end, outcome: { messageIds } }) => {
    const listed = new Set(messageIds);
    const expected = order.slice(0, messageIds.length);
    const missing = posts.filter((post) => post.end < start && !listed.has(post.outcome.messageId));
    const early = posts.filter((post) => post.start > end && listed.has(post.outcome.messageId));
    const orderly = expected.join() === messageIds.join();
    return (orderly ? [] : [`the list ${messageIds.join()} is not how the thread began`]).concat(
      missing.map(({ outcome }) => `message ${outcome.messageId} was answered, and a later list does not show it`),
      early.map(({ outcome }) => `message ${outcome.messageId} was listed before it was said`),
    );
  });
}

const stages = ["queued", "in_progress", "cancelling"];

function streamFaults({ operations }: History, thread: FinalThread): string[] {
  return done(operations, "stream run").flatMap(({ outcome: { runId, seen } }) =>
    [...orderFaults(seen), ...textFaults(seen, thread, runId)].map((words) => `the stream of run ${runId} ${words}`),
  );
}

function orderFaults({ statuses, numbers, isWhole }: Seen): string[] {
  const last = statuses.at(-1) ?? "";
  const ranks = statuses.map((status) => (isOver(status) ? stages.length : stages.indexOf(status)));
  const jump = numbers.findIndex((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1);
  return [
    ...(ranks.every((rank, index) => index === 0 || rank > (ranks[index - 1] ?? 0))
      ? []
      : [`went ${statuses.join(", ")}`]),
    ...(isWhole && !isOver(last) ? [`ended with ${last}`] : []),
    ...(jump > 0 ? [`came to ${numbers[jump]} after ${numbers[jump - 1]}`] : []),
  ];
}

function textFaults({ statuses, texts, isWhole }: Seen, { runs, messages }: FinalThread, runId: string): string[] {
  const run = runs.find(({ id }) => id === runId);
  const last = statuses.at(-1);
  const said = new Map(messages.filter((each) => each.runId === runId).map(({ id, text }) => [id, text]));
  const completed = isWhole && last === "completed";
  return [
    ...(isWhole && run?.status !== last ? [`said ${last}, and the run is ${run?.status}`] : []),
    ...Object.entries(texts)
      .filter(([id, text]) => completed && said.get(id) !== text)
      .map(([id, text]) => `gave "${text}" of message ${id}, which says "${said.get(id)}"`),
    ...[...said.keys()].filter((id) => completed && !(id in texts)).map((id) => `did not show message ${id}`),
  ];
}

/** A run that two replicas carried out would have answered twice. */
function carriedOutTwice({ reply }: History, { runs, messages }: FinalThread): string[] {
  return runs.flatMap(({ id, status }) => {
    const said = messages.filter(({ runId }) => runId === id);
    const open = said.filter((message) => message.status === "in_progress");
    const faults = {
      [`run ${id} answered ${said.length} times`]: said.length > 1,
      [`run ${id} is completed and says "${said[0]?.text}"`]:
        status === "completed" && said.some(({ text }) => text !== reply),
      [`run ${id} is completed and says nothing`]: status === "completed" && said.length === 0,
      [`run ${id} is over, and its message is not`]: isOver(status) && open.length > 0,
    };
    return Object.keys(faults).filter((words) => faults[words] === true);
  });
}
