import type { Answerer } from "../asking/ask.ts";
import { dollarsText } from "../../kit/dollars.ts";

/** A spending limit in US dollars. `begin` is called before each call that costs money, `end` after it. */
export interface Budget {
  /**
   * Resolves to true when another call may begin; `end` must then be called. While running calls might use up the rest, it waits for them.
   * Resolves to false, from then on always, when not even one more call can be paid for.
   */
  begin(this: void): Promise<boolean>;
  /** Records the end of a call. `null` means an unknown cost, which counts as much as the most expensive call so far. */
  end(this: void, dollars: number | null): void;
  isUsedUp(this: void): boolean;
  /** The reason why nothing more runs once it is used up. */
  reason: string;
}

/** Creates a budget of `limit` US dollars. A call costs at least `least`; the next call is expected to cost as much as the most expensive so far. */
export function createBudget(limit: number, least: number): Budget {
  let spent = 0;
  let running = 0;
  let dearest = least;
  let waiting: (() => void)[] = [];
  const isUsedUp = () => spent + dearest > limit;
  return {
    async begin() {
      while (!isUsedUp()) {
        if (spent + (running + 1) * dearest <= limit) {
          running += 1;
          return true;
        }
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return false;
    },
    end(dollars) {
      running -= 1;
      spent += dollars ?? dearest;
      dearest = Math.max(dearest, dollars ?? 0);
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
    },
    isUsedUp,
    reason: `the budget of ${dollarsText(limit)} is used up`,
  };
}

/** Thrown when nothing more can be paid for. Whoever catches it stops, as after an interrupt. */
export class BudgetUsedUp extends Error {
  override name = "BudgetUsedUp";
}

/** An answerer paid from a budget. Throws a BudgetUsedUp for a question that cannot be paid for. */
export function paidAnswers(answer: Answerer, budget: Budget | undefined): Answerer {
  if (budget === undefined) return answer;
  return async (ask, signal) => {
    // Code of the project costs nothing.
    if (ask.question.kind === "module") return answer(ask, signal);
    if (!(await budget.begin())) throw new BudgetUsedUp(budget.reason);
    // The cost of an answer that never arrived is unknown.
    let cost: number | null = null;
    try {
      const opinion = await answer(ask, signal);
      cost = opinion.by === undefined ? 0 : opinion.by.cost;
      return opinion;
    } finally {
      budget.end(cost);
    }
  };
}
