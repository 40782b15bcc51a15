/** An instruction of a Dockerfile: `RUN`, and what stands behind it. */
export interface Step {
  name: string;
  text: string;
}

/** What each `FROM` begins, in order: https://docs.docker.com/reference/dockerfile/ */
export function parseDockerfile(text: string): { from: string; steps: Step[] }[] {
  const stages: { from: string; steps: Step[] }[] = [];
  for (const line of text.split("\n")) {
    const [, name = "", rest = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push({ from: rest, steps: [] });
    else if (name !== "") stages.at(-1)?.steps.push({ name, text: rest });
  }
  return stages;
}
