// Reads a response of GitHub's API from stdin. heads: prints the newest commits of a commit's merged pull requests. runs: prints the
// runs of this workflow, newest first. Both only for this repository: runs of a fork prove nothing, even for the same commit.
import { readFileSync } from "node:fs";

const answer = JSON.parse(readFileSync(0, "utf8"));
const { GITHUB_REPOSITORY, GITHUB_WORKFLOW_REF } = process.env;
const workflow = (GITHUB_WORKFLOW_REF ?? "").split("@")[0];
const isOwnRun = ({ event, head_repository: from, path }) =>
  event === "pull_request" &&
  from?.full_name === GITHUB_REPOSITORY &&
  `${GITHUB_REPOSITORY}/${path?.split("@")[0]}` === workflow;
if (process.argv[2] === "heads") {
  const own = answer.filter(({ merged_at: merged, head }) => merged && head?.repo?.full_name === GITHUB_REPOSITORY);
  for (const { head } of own) if (/^[0-9a-f]{40,64}$/.test(head.sha)) console.log(head.sha);
} else for (const { id } of answer.workflow_runs.filter(isOwnRun)) console.log(Number(id));
