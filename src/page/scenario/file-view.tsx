import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { FileContent, FileRef } from "../../page-data/scenario-page.ts";
import { sizeText } from "../../kit/size.ts";
import { save } from "./save.ts";
import { useScreen } from "./screen-context.ts";

/** A created file: an image is shown, any other file can be saved, and a file that was not kept is only named. */
export function FileView({ file }: { file: FileRef }): JSX.Element {
  const name = file.name ?? file.id;
  const { content } = file;
  if (content === null) {
    return (
      <p class="file">
        <span class="file-name">{name}</span> <span class="dim">its content was not stored</span>
      </p>
    );
  }
  return (
    <figure class="file">
      {content.image !== null && <Picture content={content} type={content.image} name={name} />}
      <figcaption>
        <span class="file-name">{name}</span> <span class="dim">{sizeText(content.bytes)}</span>{" "}
        <SaveButton content={content} name={name} />
      </figcaption>
    </figure>
  );
}

function Picture({ content, type, name }: { content: FileContent; type: string; name: string }): JSX.Element {
  const { source } = useScreen();
  const [url, setUrl] = useState<string | null>(null);
  const [isGone, setGone] = useState(false);
  useEffect(() => {
    let made: string | null = null;
    let isWanted = true;
    const read = async () => {
      const bytes = await source.attachment(content.sha256).catch(() => null);
      if (!isWanted) return;
      if (bytes === null) return setGone(true);
      made = URL.createObjectURL(new Blob([bytes], { type }));
      setUrl(made);
    };
    void read();
    return () => {
      isWanted = false;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [source, content.sha256, type]);
  if (isGone) return <p class="dim">This image is no longer in the report.</p>;
  return url === null ? <p class="dim">Loading…</p> : <img src={url} alt={name} onError={() => setGone(true)} />;
}

function SaveButton({ content, name }: { content: FileContent; name: string }): JSX.Element {
  const { source } = useScreen();
  const [isGone, setGone] = useState(false);
  const click = async () => {
    const bytes = await source.attachment(content.sha256).catch(() => null);
    if (bytes === null) setGone(true);
    else save(name, bytes);
  };
  return isGone ? (
    <span class="dim">no longer in the report</span>
  ) : (
    <button type="button" aria-label={`Save ${name}`} onClick={() => void click()}>
      Save
    </button>
  );
}
