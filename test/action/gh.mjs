#!/usr/bin/env node
// As much of `gh` as the action uses, over files. FAKE_GH names their folder: comments.json; answers.json, other answers of the API by path;
// artifacts/RUN/NAME/; pull-requests.json; and a line of calls.log a call.
import { appendFileSync, cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.FAKE_GH;
const argv = process.argv.slice(2);
appendFileSync(join(folder, "calls.log"), `${argv.slice(1).join(" ")}\n`);
if (existsSync(join(folder, "forbidden"))) {
  console.error("gh: Resource not accessible by integration (HTTP 403)");
  process.exit(1);
}
const known = (name, otherwise) => {
  const path = join(folder, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : otherwise;
};
if (argv[0] === "run") {
  const [, , run, , , , name, , to] = argv;
  const from = join(folder, "artifacts", run, name);
  if (!existsSync(from)) process.exit(1);
  cpSync(from, to, { recursive: true });
  process.exit(0);
}
if (argv[0] === "pr") {
  const all = known("pull-requests.json", []);
  const of = (flag) => argv[argv.indexOf(flag) + 1];
  if (argv[1] === "list") console.log(JSON.stringify(all.filter(({ head }) => head === of("--head"))));
  else {
    const body = readFileSync(of("--body-file"), "utf8");
    if (argv[1] === "edit") all.find(({ head }) => head === argv[2]).body = body;
    else all.push({ number: all.length + 1, base: of("--base"), head: of("--head"), title: of("--title"), body });
    writeFileSync(join(folder, "pull-requests.json"), JSON.stringify(all));
  }
  process.exit(0);
}
const asked = argv[1] ?? "";
const answers = known("answers.json", {});
if (asked in answers) {
  console.log(JSON.stringify(answers[asked]));
  process.exit(0);
}
if (!/\/comments/.test(asked) && !argv.includes("--method")) process.exit(1);
const file = join(folder, "comments.json");
const comments = JSON.parse(readFileSync(file, "utf8"));
const valueOf = (flag) => argv[argv.indexOf(flag) + 1];
const path = argv.find((each) => each.startsWith("repos/"));
const url = new URL(path, "http://api/");
const method = argv.includes("--method") ? valueOf("--method") : "GET";
const body = argv.includes("-F") ? readFileSync(valueOf("-F").replace("body=@", ""), "utf8") : "";
if (method === "GET") {
  const page = Number(url.searchParams.get("page") ?? 1);
  const size = Number(url.searchParams.get("per_page") ?? 30);
  process.stdout.write(JSON.stringify(comments.slice((page - 1) * size, page * size)));
} else if (method === "POST") {
  comments.push({ id: 9000 + comments.length, user: { login: process.env.FAKE_GH_LOGIN }, body });
} else {
  const id = Number(url.pathname.split("/").at(-1));
  const comment = comments.find((each) => each.id === id);
  if (comment === undefined || comment.user.login !== process.env.FAKE_GH_LOGIN) process.exit(1);
  comment.body = body;
}
writeFileSync(file, JSON.stringify(comments));
