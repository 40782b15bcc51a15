// Reads a page of comments from stdin and prints the ids of those that this action wrote before: by the author and the marker in the first
// line. Somebody else may quote the marker. With --count it prints how many there are in all.
import { readFileSync } from "node:fs";

const comments = JSON.parse(readFileSync(0, "utf8"));
const { AUTHOR, MARKER } = process.env;
const isOwn = ({ user, body }) => user?.login === AUTHOR && body?.split(/\r?\n/, 1)[0] === MARKER;
if (process.argv.includes("--count")) console.log(comments.length);
else for (const { id } of comments.filter(isOwn)) console.log(id);
