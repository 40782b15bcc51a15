/* Parses every scenario file of the project in the current folder, and does nothing else. */
import { readFileSync, readdirSync } from "node:fs";
import { parse } from "yaml";

for (const file of readdirSync("scenarios")) parse(readFileSync(`scenarios/${file}`, "utf8"));
