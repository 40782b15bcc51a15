import { useLayoutEffect } from "preact/hooks";

/** The actions of keys, by `KeyboardEvent.key`. */
export type Keys = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

/** Handles keys while the component is mounted, except while the user types, and except with Ctrl, Alt or Meta, which belong to the browser. */
export function useKeys(keys: Keys): void {
  // In a layout effect, so that keys work as soon as something is drawn.
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

/** True for a key that belongs to the focused element: to a text field or, for Enter, to a link or a button. */
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
      ["c", "the command that runs it again"],
      ["l", "a link"],
      ["m", "the scenario as Markdown"],
    ],
  },
  {
    title: "Page",
    keys: [
      ["r R", "run it again, or all that failed (playbill ui)"],
      ["t", "light, dark, or like the system"],
      ["?", "this help"],
    ],
  },
];
