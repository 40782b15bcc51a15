import { useLayoutEffect } from "preact/hooks";

/** What keys do, by `KeyboardEvent.key`. */
export type Keys = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

/** Listens to keys for as long as the component is there. Not while somebody writes, nor with Ctrl, Alt or Meta: those are the browser's. */
export function useKeys(keys: Keys): void {
  // As soon as something is drawn: a key that is pressed then counts.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTaken(event)) return;
      const action = keys[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action(event);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [keys]);
}

/** True for a key that belongs to what has the focus: to a field that is written in, or, of Enter, to a link or a button. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  const owners = `input, textarea, select, [contenteditable]${key === "Enter" ? ", a, button, summary" : ""}`;
  return target.closest(owners) !== null;
}

/** Every key of the report, for the help. */
export const keyHelp: readonly { title: string; keys: readonly (readonly [keys: string, what: string])[] }[] = [
  {
    title: "List",
    keys: [
      ["j k", "next and previous row"],
      ["Enter", "open"],
      ["/", "search"],
      ["Esc", "back to the list; clear the search"],
    ],
  },
  {
    title: "Scenario",
    keys: [
      ["n p", "next and previous of the list"],
      ["[ ]", "previous and next turn"],
      ["1…9", "attempt"],
      ["e E", "unfold one, or everything"],
      ["d", "what changed"],
    ],
  },
  {
    title: "Copy",
    keys: [
      ["c", "the command that repeats it"],
      ["l", "a link"],
      ["m", "the scenario as Markdown"],
    ],
  },
  {
    title: "Page",
    keys: [
      ["r R", "run it again, or all that failed (playbill ui)"],
      ["t", "light, dark, as the system"],
      ["?", "this help"],
    ],
  },
];
