import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useIsUnfolded, useScreen } from "./screen-context.ts";

/** A foldable section. Its content is found by the browser's search, and by links to text fragments, even while it is closed. */
export function Fold(props: {
  title: ComponentChildren;
  class?: string;
  isOpenAtFirst?: boolean;
  /** True when it has no searchable text, so that it is created only when it is opened. */
  isPicture?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  const { title, class: name = "", isOpenAtFirst = false, isPicture = false, children } = props;
  const { generation } = useScreen().unfolded;
  const isUnfolded = useIsUnfolded();
  const [own, setOwn] = useState<{ generation: number; isOpen: boolean } | null>(null);
  const isOpen = own?.generation === generation ? own.isOpen : isUnfolded || isOpenAtFirst;
  const id = useId();
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const found = () => setOwn({ generation, isOpen: true });
    const element = body.current;
    element?.addEventListener("beforematch", found);
    return () => element?.removeEventListener("beforematch", found);
  }, [generation]);
  return (
    <div class={`fold ${name}`}>
      <button
        type="button"
        class="fold-title"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOwn({ generation, isOpen: !isOpen })}
      >
        <span class="fold-mark" aria-hidden="true">
          {isOpen ? "▾" : "▸"}
        </span>
        {title}
      </button>
      <div id={id} ref={body} class="fold-body" hidden={isOpen ? false : "until-found"}>
        {(isOpen || !isPicture) && children}
      </div>
    </div>
  );
}
