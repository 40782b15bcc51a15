// Reads a page of comments from stdin and prints the ids of this action's own comments, by the author and the marker in the first
// line, because others may quote the marker. With --count, prints the number of all comments.
import { readFileSync } from "node:fs";

const comments = JSON.parse(readFileSync(0, "utf8"));
const { AUTHOR, MARKER } = process.env;
const isOwn = ({ user, body }) => user?.login === AUTHOR && body?.split(/\r?\n/, 1)[0] === MARKER;
if (process.argv.includes("--count")) console.log(comments.length);
else for (const { id } of comments.filter(isOwn)) console.log(id);
