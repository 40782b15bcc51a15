import type { Answerer } from "../asking/ask.ts";
import { dollarsText } from "../../kit/dollars.ts";

/** How much may be spent, in US dollars. Asked before each call that costs, told after it. */
export interface Budget {
  /**
   * True when another call may begin, which then has to be ended. As long as those that are running might use the rest up, it waits for them;
   * `false` when not even one more can be paid for, which stays so.
   */
  begin(this: void): Promise<boolean>;
  /** A call is over; `null` when its cost is unknown, and it counts as much as the dearest so far. */
  end(this: void, dollars: number | null): void;
  isUsedUp(this: void): boolean;
  /** Why nothing more is run when it is used up. */
  reason: string;
}

/** A budget of so many US dollars. A call costs `least` at least; the dearest so far is what the next one is expected to cost. */
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

/** Nothing more can be paid for; whoever catches it stops, as when somebody interrupts. */
export class BudgetUsedUp extends Error {
  override name = "BudgetUsedUp";
}

/** Answers that are paid out of a budget. Throws a BudgetUsedUp for a question that cannot be paid for. */
export function paidAnswers(answer: Answerer, budget: Budget | undefined): Answerer {
  if (budget === undefined) return answer;
  return async (ask, signal) => {
    // Code of the project costs nothing.
    if (ask.question.kind === "module") return answer(ask, signal);
    if (!(await budget.begin())) throw new BudgetUsedUp(budget.reason);
    // Of an answer that never came nobody knows the cost.
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
