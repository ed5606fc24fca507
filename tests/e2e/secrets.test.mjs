// The key is in the header to the API and nowhere else, and the store's widget key is nowhere.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { connect, eventually, failed, heading, journal, keys, raised, report, send, setting, tally } from "./journey.mjs";
import { test } from "./support.mjs";

const it = setting();

describe("secrets", () => {
  test("after a whole run, and in the middle of it, they are nowhere a person or a program could find them", async () => {
    const { page, context, trouble, done } = await it.visit();
    const requests = [];
    context.on("request", (request) => requests.push([request.url(), request.headers(), request.postData() ?? ""]));
    // Everything that the engine says to the page.
    await page.addInitScript(() => {
      const heard = (globalThis.heard = []);
      globalThis.Worker = class extends Worker {
        constructor(...given) {
          super(...given);
          this.addEventListener("message", ({ data }) => heard.push(typeof data === "string" ? data : new TextDecoder("latin1").decode(data)));
        }
      };
    });
    const places = async () => [
      ...(await journal(page)),
      ...(await page.evaluate(() => globalThis.heard)),
      await page.evaluate(async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await caches.keys(), document.cookie, document.title, location.href, history.state])),
      await page.content(),
      JSON.stringify(await page.evaluate(() => [...document.querySelectorAll("input")].map((field) => field.value))),
      ...trouble,
    ];
    const seen = [];
    const look = async (what) => seen.push(...(await places()).map((text) => [what, text]));

    const products = await it.api.products(120);
    await connect(page, it.api);
    await look("connected");
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    await look("settings");
    await page.getByRole("link", { name: "Products", exact: true }).click();
    await page.getByRole("row").nth(5).waitFor();
    await look("products");
    // An error page that repeats what it was sent.
    await it.api.faults(
      { method: "PUT", nth: 1, fault: { kind: "status", status: 503, body: { message: `Bad gateway for Authorization: Bearer ${keys.main}` } } },
      { method: "PUT", nth: 3, fault: { kind: "hang" } },
    );
    await send(page, it.files.write("few.csv", raised(products)));
    await page.getByText("Bad gateway for Authorization").first().waitFor();
    await look("refused");
    await eventually(async () => assert.equal((await it.api.puts()).length, 3));
    await look("sending");
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await heading(page, "The run was interrupted").waitFor();
    const lines = await report(page);
    // Two requests leave at once: which of them is answered is the network's to say.
    assert.deepEqual(Object.keys(tally(lines)).sort(), ["changed", "unknown"]);
    seen.push(["report file", JSON.stringify(lines)]);
    await look("report");

    assert.ok(seen.some(([, text]) => text.includes("few.csv")), "the journal was looked into");
    const { communityID } = await it.api.state();
    assert.ok(seen.some(([what, text]) => what === "connected" && text.includes(communityID)), "the engine was listened to");
    for (const secret of [keys.main, "canarycanary"]) {
      assert.deepEqual(seen.filter(([, text]) => text.includes(secret)).map(([what, text]) => [what, text.slice(0, 300)]), []);
    }
    const api = new URL(it.api.api).origin;
    for (const [url, headers, body] of requests) {
      assert.ok(!url.includes(keys.main) && !body.includes(keys.main), url);
      const carriers = Object.entries(headers).filter(([, value]) => value.includes(keys.main)).map(([name]) => name);
      assert.deepEqual(carriers, url.startsWith(`${api}/`) && headers.authorization ? ["authorization"] : [], url);
      assert.ok(!headers.referer?.includes("key"), url);
    }
    assert.ok(requests.some(([url, headers]) => url.startsWith(`${api}/`) && headers.authorization === `Bearer ${keys.main}`), "it was sent at all");
    assert.deepEqual(await context.cookies(), []);
    await done(failed("503"));
  });
});
