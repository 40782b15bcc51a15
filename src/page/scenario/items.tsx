import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { durationText } from "../../kit/duration.ts";
import { parseShallowJson } from "../../kit/json.ts";
import type { CitationPage, TurnItem } from "../../page-data/scenario-page.ts";
import { jsonOf } from "./as-markdown.ts";
import { FileView } from "./file-view.tsx";
import { Fold } from "./fold.tsx";
import { markedNodes, type MarkedNode } from "./markdown.ts";
import { useScreen } from "./screen-context.ts";
import { citationSpans, numberedCitations } from "./spans.ts";
import { TextView } from "./text-view.tsx";

type ItemOf<K extends TurnItem["kind"]> = Extract<TurnItem, { kind: K }>;

/** An event of a turn. */
export function ItemView({ item }: { item: TurnItem }): JSX.Element {
  switch (item.kind) {
    case "message":
      return <Message item={item} />;
    case "call":
      return <Call item={item} />;
    case "code":
      return <Code item={item} />;
    case "search":
      return (
        <Part who="Search">
          {item.results.length === 0 ? (
            <p class="dim">found nothing</p>
          ) : (
            <ol class="results">
              {item.results.map(({ file, score }, index) => (
                <li key={index}>
                  {file} <span class="dim">{score.toFixed(2)}</span>
                </li>
              ))}
            </ol>
          )}
        </Part>
      );
    case "waiting":
      return (
        <Part who="Waited">
          <p class="dim">{item.reason}</p>
        </Part>
      );
  }
}

/** A part of a conversation, beside the name of its author. */
export function Part(props: { who: string; class?: string; children: JSX.Element | JSX.Element[] }): JSX.Element {
  const { who, class: name = "", children } = props;
  return (
    <section class={`part ${name}`}>
      <h3 class="who">{who}</h3>
      <div class="part-body">{children}</div>
    </section>
  );
}

function Message({ item }: { item: ItemOf<"message"> }): JSX.Element {
  const { isMarked } = useScreen();
  const { text, citations, files, isCut } = item;
  const list = useRef<HTMLOListElement>(null);
  const nodes = useMemo(() => (isMarked ? markedNodes(text) : null), [isMarked, text]);
  const open = (number: number) => {
    const title = list.current?.querySelectorAll<HTMLElement>(".citation > .fold-title")[number - 1];
    if (title?.getAttribute("aria-expanded") === "false") title.click();
    title?.focus();
  };
  return (
    <Part who="Assistant" class="assistant">
      {nodes === null ? (
        <TextView text={text} name="reply" spans={citationSpans(text, citations)} onCite={open} />
      ) : (
        <div class="marked">{nodes.map(markedView)}</div>
      )}
      {isCut ? <p class="fail">It ends here, unfinished.</p> : <></>}
      {citations.length === 0 ? (
        <></>
      ) : (
        <ol class="citations" ref={list}>
          {numberedCitations(citations).map((citation, index) => (
            <li key={citation.text}>
              <Citation citation={citation} number={index + 1} />
            </li>
          ))}
        </ol>
      )}
      <>
        {files.map((file) => (
          <FileView key={file.id} file={file} />
        ))}
      </>
    </Part>
  );
}

function markedView(node: MarkedNode): JSX.Element {
  if (typeof node === "string") return <>{node}</>;
  const Tag = node.tag;
  return <Tag>{node.children.map(markedView)}</Tag>;
}

function Citation({ citation, number }: { citation: CitationPage; number: number }): JSX.Element {
  const { file, passage } = citation;
  return (
    <Fold
      class="citation"
      title={
        <>
          <span class="cite" data-number={number} /> <span class="file-name">{file.name ?? file.id}</span>{" "}
          <span class="preview">{passage ?? ""}</span>
        </>
      }
    >
      {passage === null ? (
        <p class="dim">The target does not report the cited passage.</p>
      ) : (
        <blockquote class="passage">
          <TextView text={passage} name="passage" />
        </blockquote>
      )}
    </Fold>
  );
}

/** The maximum length of a value shown beside a name, in characters. */
const longestPreview = 160;

function Call({ item }: { item: ItemOf<"call"> }): JSX.Element {
  const { name, arguments: written, outcome, took, rule, findings, changes } = item;
  const answer = outcome === null ? null : outcome.kind === "error" ? outcome.message : jsonOf(outcome.value);
  const isBad = outcome === null || outcome.kind === "error" || findings.length > 0;
  return (
    <Part who="Tool" class="tool">
      <Fold
        title={
          <>
            <code class="call-name">{name}</code> <code class="preview">{written.slice(0, longestPreview)}</code>{" "}
            <span class={isBad ? "outcome fail" : "outcome dim"}>
              {outcome === null ? "not answered" : outcome.kind === "error" ? "error" : durationText(took)}
            </span>
          </>
        }
      >
        {rule === null ? null : (
          <p class="dim">
            answered by <code>{rule}</code> of the scenario
          </p>
        )}
        <h4>Arguments</h4>
        <div class="mono">
          <TextView text={pretty(written)} name="arguments" />
        </div>
        <h4>{outcome?.kind === "error" ? "Error" : "Result"}</h4>
        {answer === null ? (
          <p class="dim">It was never answered.</p>
        ) : (
          <div class={outcome?.kind === "error" ? "mono fail" : "mono"}>
            <TextView text={answer} name="result" />
          </div>
        )}
        {changes.length > 0 && (
          <>
            <h4>Changed in the world</h4>
            <div class="mono">
              <TextView text={changes.join("\n")} name="changes" />
            </div>
          </>
        )}
        {findings.map(({ code, message, trace, place }, index) => (
          <div key={index} class="check flaky-edge">
            <p class="check-line">
              <code class="check-name">{code}</code> {place}
            </p>
            <TextView text={[message, ...trace].join("\n")} name="finding" />
          </div>
        ))}
      </Fold>
    </Part>
  );
}

/** JSON indented; any other text as written. */
function pretty(written: string): string {
  const value = parseShallowJson(written);
  return value === undefined ? written : JSON.stringify(value, null, 2);
}

function Code({ item }: { item: ItemOf<"code"> }): JSX.Element {
  const { input, logs, files } = item;
  return (
    <Part who="Code" class="tool">
      <Fold
        title={
          <>
            <code class="call-name">python</code> <code class="preview">{input.slice(0, longestPreview)}</code>
          </>
        }
      >
        <div class="mono">
          <TextView text={input} name="code" />
        </div>
        {logs === "" ? (
          <p class="dim">It printed nothing.</p>
        ) : (
          <>
            <h4>Output</h4>
            <div class="mono">
              <TextView text={logs} name="output" />
            </div>
          </>
        )}
      </Fold>
      <>
        {files.map((file) => (
          <FileView key={file.id} file={file} />
        ))}
      </>
    </Part>
  );
}
