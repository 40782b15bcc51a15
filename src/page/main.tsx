import { render } from "preact";
import { blocks } from "../page-data/pack.ts";
import { App } from "./app.tsx";
import { openEmbedded } from "./embedded-source.ts";
import { Refusal } from "./frame/refusal.tsx";
import { openServed } from "./served-source.ts";

const root = document.querySelector("#playbill");
if (root !== null) {
  const isServed = document.querySelector(`#${blocks.live}`) !== null;
  const opened = isServed ? await openServed() : await openEmbedded(document);
  root.replaceChildren();
  const draw = (isPrinting: boolean) => {
    render("reason" in opened ? <Refusal {...opened} /> : <App source={opened} isPrinting={isPrinting} />, root);
  };
  draw(false);
  // Redrawn within the event, because later changes are not printed.
  addEventListener("beforeprint", () => draw(true));
  addEventListener("afterprint", () => draw(false));
}
