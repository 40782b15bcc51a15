import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../cli/run.ts";
import { describeInBrowser } from "./browser.ts";

describeInBrowser("what the tests of pages stand on", ({ open }) => {
  test("a page that asks the network, or breaks its policy, is caught", async () => {
    await using folder = await temporaryFolder();
    const policy = `<meta http-equiv="Content-Security-Policy" content="script-src 'none'">`;
    await folder.write("größe & co/a.html", `${policy}<script>1</script><img src="http://127.0.0.1:9/x.png">`);
    const { page, requests, complaints } = await open();
    await page.goto(pathToFileURL(`${folder.path}/größe & co/a.html`).href);
    expect(requests).toEqual(["http://127.0.0.1:9/x.png"]);
    expect(complaints.join("\n")).toContain("Content Security Policy");
  });
});
