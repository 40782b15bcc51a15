import { InvalidArgumentError, Option } from "commander";
import { reporterNames } from "./report/reporter-table.ts";
import { type Shard, parseShard } from "../scenarios/selection/shard.ts";

/** The target that a command talks to. */
export function target(): Option {
  return new Option("-t, --target <name>", "a target of playbill.yaml; default: its default_target");
}

/** JSON in place of words. */
export function json(): Option {
  return new Option("--json", "print JSON");
}

/** Which reports are made. */
export function reporter(): Option {
  const names = reporterNames.join(", ");
  return new Option("--reporter <name>", `${names}; NAME=FILE writes to a file; may be given several times`).argParser(
    collect,
  );
}

/** What was said, too. */
export function verbose(): Option {
  return new Option("-v, --verbose", "print the conversations too");
}

/** How edits at the target are decided. */
export function take(): Option {
  return new Option(
    "--take <side>",
    "for a field that was edited at the target: ours ADDRESS, or theirs ADDRESS; may be given several times",
  ).argParser(collect);
}

/** Texts to merge. */
export function merge(): Option {
  return new Option(
    "--merge <address>",
    "merge instructions that were changed both in the files and at the target; may be given several times",
  ).argParser(collect);
}

/** The exact number of deletions. */
export function allowDeletes(): Option {
  return new Option("--allow-deletes <n>", "say the number when many are to be deleted").argParser(count);
}

/** The exact number of objects that are gone. */
export function allowMissing(): Option {
  return new Option("--allow-missing <n>", "say the number when what the lock names is gone").argParser(count);
}

/** How much is done at a time. */
export function concurrency(): Option {
  return new Option(
    "--concurrency <n>",
    "how many requests the target gets at a time, and how many objects are changed at a time (default: as many as it takes, and 4)",
  ).argParser(concurrencyCount);
}

/** The days within which the end of a model is an error. */
export function failOnSunset(): Option {
  return new Option(
    "--fail-on-sunset <days>",
    "exit with 3 when a model is shut down within so many days, or was",
  ).argParser(count);
}

/** The values of an option that may be given several times. */
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

/** Jobs of one matrix, of which GitHub runs 256 at most. */
export function jobCount(text: string): number {
  const number = countFromOne(text);
  if (number > 256) throw new InvalidArgumentError("expected at most 256.");
  return number;
}

/** How often a scenario is run. */
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

/** US dollars, more than none: `2.50`. */
export function dollars(text: string): number {
  const amount = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (amount === 0) throw new InvalidArgumentError("expected US dollars, as in 2.50.");
  return amount;
}

/** One part of a suite: `2/5`. */
export function shard(text: string): Shard {
  const parsed = parseShard(text);
  if (parsed !== null) return parsed;
  const [, of = "5"] = /^\d+\/([1-9]\d{0,8})$/.exec(text) ?? [];
  throw new InvalidArgumentError(`expected one part of several, from 1/${of} to ${of}/${of}.`);
}

/** The number of a port. */
export function port(text: string): number {
  const number = count(text);
  if (number > 65_535) throw new InvalidArgumentError("expected at most 65535.");
  return number;
}
