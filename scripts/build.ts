import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { declare } from "./declarations.ts";

const folder = join(import.meta.dirname, "../dist");
await bundle(folder);
declare(folder);
