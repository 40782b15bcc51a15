import { posix } from "node:path";
import { fail } from "../../problem.ts";
import type { Attachment } from "../../targets/target.ts";

/** What the API shows a model as an image. */
const images = new Set([".png", ".jpg", ".jpeg", ".gif", ".webp"]);

/** What a file is attached for: an image is shown, anything else is for the tools that the assistant has. Throws a ProblemError when there are none. */
export function usesOf(path: string, builtIn: Attachment["tools"]): Pick<Attachment, "tools" | "isShown"> {
  if (images.has(posix.extname(path).toLowerCase())) {
    return { tools: builtIn.filter((tool) => tool === "code_interpreter"), isShown: true };
  }
  if (builtIn.length > 0) return { tools: builtIn, isShown: false };
  return fail("unsupported_file", `${path} is not an image, and the assistant has no tool that reads files`, {
    hint: "Give it file_search or code_interpreter under tools:.",
  });
}
