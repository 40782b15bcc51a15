import { dim, green, red, yellow } from "yoctocolors";
import type { ScenarioStatus } from "../results/result.ts";
import { createClosing } from "./closing.ts";
import type { ReportContext, Reporter } from "./reporter.ts";
import type { Paint } from "./status-line.ts";

const dots: Record<ScenarioStatus, { sign: string; style: (text: string) => string }> = {
  passed: { sign: ".", style: green },
  observed: { sign: "o", style: dim },
  flaky: { sign: "~", style: yellow },
  failed: { sign: "F", style: red },
  errored: { sign: "E", style: red },
  inconclusive: { sign: "?", style: yellow },
  skipped: { sign: "s", style: dim },
  quarantined: { sign: "q", style: dim },
  not_run: { sign: "-", style: dim },
};

const dotsInLine = 80;

/** One character per finished scenario; then every failure on its own screen; then the counts. */
export function createDotReporter(options: Pick<ReportContext, "write" | "color" | "repeat" | "record">): Reporter {
  const { write, color } = options;
  const paint: Paint = (style, text) => (color ? style(text) : text);
  const closing = createClosing(options);
  let count = 0;
  return {
    result(result) {
      closing.take(result);
      const { sign, style } = dots[result.status];
      count += 1;
      write(`${paint(style, sign)}${count % dotsInLine === 0 ? "\n" : ""}`);
    },
    end(run) {
      if (count % dotsInLine !== 0) write("\n");
      return closing.end(run, false);
    },
  };
}
