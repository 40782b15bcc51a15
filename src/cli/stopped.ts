/** Why a command was stopped: by Ctrl-C or a signal, or by an error of ours that nobody caught and that was printed then. */
export class Stopped extends Error {
  readonly kind: "interrupted" | "crashed";

  constructor(kind: Stopped["kind"]) {
    super(kind);
    this.name = "Stopped";
    this.kind = kind;
  }
}
