import { type Problem, problem } from "../../problem.ts";
import { type Read, createTranscriptReader } from "../../scenarios/transcripts/read.ts";
import type { World } from "../world.ts";
import { type Candidate, badConversation } from "./drafts.ts";
import { reportSaved } from "./report.ts";
import { saveConversations } from "./save.ts";
import { type SavingOptions, saveOptions } from "./saving-options.ts";
import { documentsIn, transcriptFiles } from "./transcript-file.ts";

/** The number of damaged lines shown with their content. */
const mostShown = 5;

/** `playbill scenario from-transcript`: writes scenarios from conversations in files, in any known format. */
export async function fromTranscript(world: World, paths: readonly string[], options: SavingOptions): Promise<number> {
  const files = await transcriptFiles(world.cwd, paths);
  const found: Candidate[] = [];
  const problems: Problem[] = [];
  let damaged = 0;
  const take = (file: string, reads: readonly Read[]) => {
    for (const each of reads) {
      if (each.kind === "conversation") found.push(each);
      else
        problems.push(
          badConversation({ file, line: each.line }, each.path === "" ? each.why : `${each.path}: ${each.why}`),
        );
    }
  };
  for (const file of files) {
    const reader = createTranscriptReader(file);
    let documents = 0;
    for await (const document of documentsIn(world.cwd, file)) {
      world.signal.throwIfAborted();
      documents += 1;
      if (document.kind === "value") take(file, reader.add(document.value, document.line));
      else {
        damaged += 1;
        problems.push(damagedProblem(file, document, damaged <= mostShown));
      }
      if (world.stderr.isTTY) world.stderr.status(`  read ${found.length.toLocaleString("en")} conversations`);
    }
    take(file, reader.end());
    if (documents === 0) problems.push(badConversation({ file, line: null }, "it is empty"));
  }
  world.stderr.status("");
  const saved = await saveConversations(world, found, saveOptions(options));
  return reportSaved(world, saved, problems, { json: options.json === true });
}

function damagedProblem(
  file: string,
  { line, column, why, text }: { line: number; column: number; why: string; text: string },
  isShown: boolean,
): Problem {
  if (!isShown || text === "") return problem("bad_conversation", `${file}:${line}: ${why}`);
  return problem("bad_conversation", why, { place: { file, line, column, length: 1, text } });
}
