/** The reason for stopping a command: Ctrl-C, a signal (TERM, HUP), or an uncaught error, which was printed. */
export class Stopped extends Error {
  readonly kind: "interrupted" | "terminated" | "crashed";

  constructor(kind: Stopped["kind"]) {
    super(kind);
    this.name = "Stopped";
    this.kind = kind;
  }
}
