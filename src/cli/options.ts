import { InvalidArgumentError, Option } from "commander";
import { reporterNames } from "./report/reporter-table.ts";
import { type Shard, parseShard } from "../scenarios/selection/shard.ts";

/** The option for the target of a command. */
export function target(): Option {
  return new Option("-t, --target <name>", "a target in playbill.yaml (default: its default_target)");
}

/** The option for JSON output. */
export function json(): Option {
  return new Option("--json", "print JSON");
}

/** The option for the reports to make. */
export function reporter(): Option {
  const names = reporterNames.join(", ");
  return new Option("--reporter <name>", `${names}; NAME=FILE writes to a file (repeatable)`).argParser(collect);
}

/** The option that prints the conversations too. */
export function verbose(): Option {
  return new Option("-v, --verbose", "print the conversations too");
}

/** The option that decides about edits made at the target. */
export function take(): Option {
  return new Option(
    "--take <side>",
    "for fields edited at the target: ours ADDRESS keeps the files, theirs ADDRESS keeps the target (repeatable)",
  ).argParser(collect);
}

/** The option for the addresses whose instructions are merged. */
export function merge(): Option {
  return new Option(
    "--merge <address>",
    "merge instructions that changed both in the files and at the target (repeatable)",
  ).argParser(collect);
}

/** The option that confirms the exact number of deletions. */
export function allowDeletes(): Option {
  return new Option("--allow-deletes <n>", "confirm the exact number when many objects would be deleted").argParser(
    count,
  );
}

/** The option that confirms the exact number of missing objects. */
export function allowMissing(): Option {
  return new Option(
    "--allow-missing <n>",
    "confirm the exact number of objects that are in the lock but missing at the target",
  ).argParser(count);
}

/** The option for parallel requests and changes. */
export function concurrency(): Option {
  return new Option(
    "--concurrency <n>",
    "maximum number of parallel requests and of objects changed in parallel (default: as many requests as the target accepts, and 4 objects)",
  ).argParser(concurrencyCount);
}

/** The option for the days within which the shutdown of a model is an error. */
export function failOnSunset(): Option {
  return new Option(
    "--fail-on-sunset <days>",
    "exit with 3 when a model shuts down within this many days, or already has",
  ).argParser(count);
}

/** Collects the values of a repeatable option. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** A whole number from 0. */
export function count(text: string): number {
  return wholeNumber(text, 0);
}

/** A whole number from 1. */
export function countFromOne(text: string): number {
  return wholeNumber(text, 1);
}

function wholeNumber(text: string, least: number): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError("expected a whole number.");
  if (text.startsWith("-") || Number(text) < least) throw new InvalidArgumentError(`expected at least ${least}.`);
  return Number(text);
}

/** The number of jobs of one matrix; GitHub runs at most 256. */
export function jobCount(text: string): number {
  const number = countFromOne(text);
  if (number > 256) throw new InvalidArgumentError("expected at most 256.");
  return number;
}

/** The number of runs of each scenario. */
export function runCount(text: string): number {
  const number = countFromOne(text);
  if (number > 1_000) throw new InvalidArgumentError("expected at most 1000.");
  return number;
}

function concurrencyCount(text: string): number {
  const number = countFromOne(text);
  if (number > 100) throw new InvalidArgumentError("expected at most 100.");
  return number;
}

/** A seed: a whole number that fits into 31 bits. */
export function seed(text: string): number {
  const number = count(text);
  if (number >= 2 ** 31) throw new InvalidArgumentError("expected at most 2147483647.");
  return number;
}

/** A percentage, from 0 to 100: `87.5`. */
export function percent(text: string): number {
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 101;
  if (number > 100) throw new InvalidArgumentError("expected a percentage, from 0 to 100.");
  return number;
}

/** A positive amount of US dollars: `2.50`. */
export function dollars(text: string): number {
  const amount = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (amount === 0) throw new InvalidArgumentError("expected US dollars, as in 2.50.");
  return amount;
}

/** One shard of a suite: `2/5`. */
export function shard(text: string): Shard {
  const parsed = parseShard(text);
  if (parsed !== null) return parsed;
  const [, of = "5"] = /^\d+\/([1-9]\d{0,8})$/.exec(text) ?? [];
  throw new InvalidArgumentError(`expected a shard from 1/${of} to ${of}/${of}.`);
}

/** A port number. */
export function port(text: string): number {
  const number = count(text);
  if (number > 65_535) throw new InvalidArgumentError("expected at most 65535.");
  return number;
}
