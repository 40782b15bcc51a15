import { posix } from "node:path";
import { fail } from "../../problem.ts";
import type { Attachment } from "../../targets/target.ts";

/** Files that the API shows to a model as images. */
const images = new Set([".png", ".jpg", ".jpeg", ".gif", ".webp"]);

/** The use of an attached file: an image is shown, any other file is for the assistant's tools. Throws a ProblemError when it has no tool for it. */
export function usesOf(path: string, builtIn: Attachment["tools"]): Pick<Attachment, "tools" | "isShown"> {
  if (images.has(posix.extname(path).toLowerCase())) {
    return { tools: builtIn.filter((tool) => tool === "code_interpreter"), isShown: true };
  }
  if (builtIn.length > 0) return { tools: builtIn, isShown: false };
  return fail("unsupported_file", `${path} is not an image, and the assistant has no tool that can read files`, {
    hint: "Add file_search or code_interpreter to its tools.",
  });
}
