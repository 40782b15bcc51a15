// Exits with 0 for an event of a pull request without secrets: from a fork, or from Dependabot.
import { readFileSync } from "node:fs";

const [file = "", repository = ""] = process.argv.slice(2);
const { pull_request: pullRequest } = JSON.parse(readFileSync(file, "utf8"));
const isFork = pullRequest?.head?.repo?.full_name !== repository;
const isDependabot = (process.env.GITHUB_ACTOR ?? pullRequest?.user?.login) === "dependabot[bot]";
process.exitCode = isFork || isDependabot ? 0 : 1;
