import { registerHooks } from "node:module";

// GitHub's own parser of workflows, made of its own schema. It imports JSON as bundlers take it, and Node does not.
const hooks = registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
});
const { NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");
const { parseAction } = await import("@actions/workflow-parser/actions/action-parser");
hooks.deregister();

/** What GitHub would refuse in a workflow, or in the `action.yml` of an action. */
export function githubFaults(file: string, content: string): string[] {
  const parse = file.endsWith("action.yml") ? parseAction : parseWorkflow;
  const { context } = parse({ name: file, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}
