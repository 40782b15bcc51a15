/** Why a command was stopped: by Ctrl-C, by a signal (TERM, HUP), or by an error of ours that nobody caught and that was printed then. */
export class Stopped extends Error {
  readonly kind: "interrupted" | "terminated" | "crashed";

  constructor(kind: Stopped["kind"]) {
    super(kind);
    this.name = "Stopped";
    this.kind = kind;
  }
}
