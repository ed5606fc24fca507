// What goes wrong in the middle of a run: nothing is lost, nothing is there twice, and the report is the truth.
import assert from "node:assert/strict";
import { describe } from "node:test";
import {
  applications, button, choose, compare, connect, eventually, failed, heading, isTrue, journal, keys, mixed, raised, raisedBy, report, reported, send, setting, tally, toBulk,
} from "./journey.mjs";
import { test } from "./support.mjs";

const it = setting();

/** A file that adds two codes to each of these products, and what it wants. */
const codes = (products) => [
  ["Product ID", "Vouchers", "Voucher Expire Date"],
  ...products.map((product, n) => [product._id, codesOf(n).join("|"), "2027-12-31"]),
];
const codesOf = (n) => [`FRESH-${n}-A`, `FRESH-${n}-B`];
const codesBy = (products) => Object.fromEntries(products.map((product, n) => [product._id, { codes: codesOf(n) }]));

/** How often the most frequent code is in the store. */
const mostOften = async () => Math.max(...Object.values((await it.api.state()).codes).flatMap((codes) => Object.values(codes)));

describe("a key that dies (401)", () => {
  test("stops sending until there is another one of the same community", async () => {
    const { page, done } = await it.visit();
    const { rows, wanted } = mixed(await it.api.products(220));
    const before = await it.api.state();
    await it.api.faults({ method: "PUT", nth: 2, fault: { kind: "status", status: 401, body: { status: "error", message: "API key expired" } } });
    await connect(page, it.api);
    await send(page, it.files.write("many.csv", rows));
    await page.getByText("Waiting for a key").waitFor();
    await page.getByText("API key expired").first().waitFor();
    assert.equal((await it.api.puts()).length, 2, "nothing more is sent with the dead key");

    const field = page.getByLabel("API key of the same store");
    const goOn = button(page, "Go on with this key");
    await field.fill("no-such-key-0001");
    await goOn.click();
    await page.getByText("Invalid API key").waitFor();
    await field.fill(keys.other);
    await goOn.click();
    await page.getByText(/another store/).waitFor();
    const asked = await it.api.log();
    assert.deepEqual(asked.filter((line) => line.key === "other community" && line.path !== "/v1/stores" && line.method !== "OPTIONS"), []);
    assert.equal((await it.api.puts()).length, 2, "nothing goes to another community");

    await field.fill(keys.second);
    await goOn.click();
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 220 });
    await isTrue(lines, { api: it.api, before, wanted });
    const puts = await it.api.puts();
    assert.deepEqual(puts.map((put) => put.key), ["main", "main", "second", "second", "second"]);
    assert.ok(Object.values(applications(puts)).every((times) => times === 1), "each once");
    await done(failed("401"));
  });
});

describe("a service that fails (502)", () => {
  const ways = [
    ["as JSON", { kind: "status", status: 502, body: { status: "error", message: "upstream" } }],
    ["as a web page", { kind: "html", status: 502 }],
    ["with nothing in it", { kind: "status", status: 502, body: "" }],
  ];
  for (const [how, fault] of ways) {
    for (const apply of [false, true]) {
      test(`${how}, ${apply ? "though it was applied" : "and nothing applied"}: fields are there, codes are there once`, async () => {
        const { page, done } = await it.visit();
        const products = await it.api.products(162);
        const before = await it.api.state();
        // 150 with fields alone, in two requests; 12 with codes, in two; and the first of each kind goes wrong.
        const [plain, filled] = [products.slice(0, 150), products.slice(150, 162)];
        const rows = [
          ["Product ID", "Price", "Vouchers", "Voucher Expire Date"],
          ...plain.map((product) => [product._id, product.price + 1, "", ""]),
          ...codes(filled).slice(1).map(([id, ...cells]) => [id, "", ...cells]),
        ];
        await it.api.faults({ method: "PUT", nth: 1, apply, fault }, { method: "PUT", nth: 4, apply, fault });
        await connect(page, it.api);
        await send(page, it.files.write("many.csv", rows));
        const lines = await report(page);
        assert.deepEqual(tally(lines), { changed: 162 });
        await isTrue(lines, { api: it.api, before, wanted: { ...raisedBy(plain), ...codesBy(filled) } });
        assert.equal(await mostOften(), 1, "no code is there twice");
        assert.equal(await page.evaluate(() => window.ran), undefined, "an answer is text");
        await done(failed("502"));
      });
    }
  }
});

describe("a connection that breaks after the codes were added", () => {
  // Chromium itself sends a PUT again when a kept-alive connection is reset, without a word to the page.
  for (const [store, takesStoredCodes] of [["refuses codes it has", false], ["takes them again", true]]) {
    test(`in a store that ${store}: no code is there twice without being said`, async () => {
      const { page, done } = await it.visit();
      const products = await it.api.products(5);
      const before = await it.api.state();
      await it.api.settings({ takesStoredCodes });
      await it.api.faults({ method: "PUT", apply: true, fault: { kind: "reset" } });
      await connect(page, it.api);
      await send(page, it.files.write("codes.csv", codes(products)));
      // It may stop, and say why, before it goes on: then the person stops it.
      const stopped = page.getByText("Stopped. Nothing is being sent.");
      await page.getByRole("heading", { name: "Every product of the file" }).or(stopped).first().waitFor();
      if (await stopped.isVisible()) {
        await button(page, "Stop…").click();
        await button(page, "Stop sending").click();
      }
      const lines = await report(page);
      await isTrue(lines, { api: it.api, before, wanted: codesBy(products) });
      const [sent, held] = [(await it.api.puts()).length, await mostOften()];
      console.log(`# ${sent} PUTs arrived for one that was sent; a code is there ${held} times; the report says ${JSON.stringify(tally(lines))}`);
      if (held === 1) assert.deepEqual(tally(lines), { changed: 5 });
      else {
        assert.deepEqual(tally(lines), { "changed, but differs": 5 });
        for (const line of lines) assert.match(line.details, /2 codes were sent once, 4 were added/);
      }
      await done(failed("409|ERR_"));
    });
  }
});

describe("a network that goes away", () => {
  test("and comes back: it goes on by itself, and each product is applied once", async () => {
    const { page, context, done } = await it.visit();
    const { rows, wanted } = mixed(await it.api.products(220));
    const before = await it.api.state();
    await connect(page, it.api);
    await it.api.faults({ method: "PUT", nth: 2, hold: true, apply: true, fault: { kind: "pass" } });
    await send(page, it.files.write("many.csv", rows));
    await page.getByText(/batch 1 of 4/).waitFor();
    await context.setOffline(true);
    await page.getByText("You are offline.").waitFor();
    // The request that was on its way when the network went is answered all the same; the next one never leaves.
    await it.api.release();
    await page.getByRole("status").filter({ hasText: "This computer is offline." }).waitFor();
    await context.setOffline(false);
    await eventually(async () => {
      // Where it has stopped for good, a press goes on.
      if (await button(page, "Resume").isVisible()) await button(page, "Resume").click();
      assert.ok(await page.getByRole("heading", { name: "Every product of the file" }).isVisible());
    }, 30_000);
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 220 });
    await isTrue(lines, { api: it.api, before, wanted });
    await done(failed("ERR_"), /ERR_INTERNET_DISCONNECTED/);
  });
});

describe("a page that is closed in the middle", () => {
  /** Reloads while a request is on its way, and says that one means it. */
  async function reload(page) {
    let asked = 0;
    page.on("dialog", (dialog) => {
      asked += dialog.type() === "beforeunload";
      return dialog.accept();
    });
    await page.reload();
    assert.equal(asked, 1, "the page asks before it is left");
    await heading(page, "The run was interrupted").waitFor();
  }

  async function checkAgain(page) {
    await connect(page, it.api);
    await page.getByRole("link", { name: "Bulk update" }).click();
    await button(page, "Check again").click();
    await eventually(async () => assert.equal(tally(await report(page)).unknown, undefined));
  }

  for (const apply of [true, false]) {
    test(`fields ${apply ? "that arrived" : "that never arrived"}: done, unknown and not sent are told apart, and checking settles it`, async () => {
      const { page, done } = await it.visit();
      const { rows, wanted } = mixed(await it.api.products(220));
      const before = await it.api.state();
      const truth = { api: it.api, before, wanted };
      await it.api.faults({ method: "PUT", nth: 2, apply, fault: { kind: "hang" } });
      await connect(page, it.api);
      await send(page, it.files.write("many.csv", rows));
      await eventually(async () => assert.equal((await it.api.puts()).length, 2));
      assert.ok((await journal(page)).length > 3, "written down before it is sent");
      await reload(page);
      let lines = await report(page);
      assert.deepEqual(tally(lines), { changed: 100, unknown: 100, "not sent": 20 });
      await isTrue(lines, truth);
      await button(page, "Check again").waitFor({ state: "hidden" });

      await checkAgain(page);
      lines = await report(page);
      assert.deepEqual(tally(lines), apply ? { changed: 200, "not sent": 20 } : { changed: 100, "not applied": 100, "not sent": 20 });
      await isTrue(lines, truth);
      assert.equal((await it.api.puts()).length, 2, "nothing is sent by checking");

      await button(page, "Start a new run").click();
      await heading(page, "Update products from a file").waitFor();
      await page.reload();
      await heading(page, "Update products from a file").waitFor();
      await page.getByRole("navigation").getByRole("link", { name: "Past runs" }).click();
      await page.getByRole("listitem").filter({ hasText: "many.csv" }).getByText("Interrupted").waitFor();
      await done();
    });

    test(`codes ${apply ? "that arrived" : "that never arrived"}: unknown until the stock is read`, async () => {
      const { page, done } = await it.visit();
      const products = await it.api.products(25);
      const before = await it.api.state();
      const truth = { api: it.api, before, wanted: codesBy(products) };
      await it.api.faults({ method: "PUT", nth: 2, apply, fault: { kind: "hang" } });
      await connect(page, it.api);
      await send(page, it.files.write("codes.csv", codes(products)));
      await eventually(async () => assert.equal((await it.api.puts()).length, 2));
      await reload(page);
      let lines = await report(page);
      assert.deepEqual(tally(lines), { changed: 10, unknown: 10, "not sent": 5 });
      await isTrue(lines, truth);
      await checkAgain(page);
      lines = await report(page);
      assert.deepEqual(tally(lines), apply ? { changed: 20, "not sent": 5 } : { changed: 10, "not applied": 10, "not sent": 5 });
      await isTrue(lines, truth);
      assert.equal((await it.api.puts()).length, 2);
      await done();
    });
  }
});

describe("a comparison that cannot be made", () => {
  for (const [what, fault, told] of [
    ["the store refuses (400)", { kind: "status", status: 400, body: { status: "error", message: "limit is too large" } }, /limit is too large/],
    ["a page of something else", { kind: "html", status: 200 }, /Something other than the store's API answered: a web page/],
  ]) {
    test(`says why beside the button, and can be tried again: ${what}`, async () => {
      const { page, done } = await it.visit();
      const products = await it.api.products(3);
      await connect(page, it.api);
      await toBulk(page);
      await choose(page, it.files.write("some.csv", raised(products)));
      await heading(page, "All 3 products are ready").waitFor();
      await it.api.faults({ method: "GET", path: "/products", times: 0, fault });
      await page.getByRole("button", { name: /^Compare with the live store/ }).click();
      const trouble = page.getByRole("alert").filter({ hasText: told });
      await trouble.waitFor();
      await heading(page, "All 3 products are ready").waitFor();
      await it.api.faults();
      await compare(page);
      await trouble.waitFor({ state: "detached" });
      await button(page, "Back to the file").click();
      await heading(page, "All 3 products are ready").waitFor();
      assert.equal(await trouble.count(), 0, "it is over");
      assert.deepEqual(await it.api.puts(), []);
      await done(/^error: Failed to load resource/);
    });
  }

  test("an id that is in no store stops nobody else, in whatever form the store says so", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(3);
    const nobody = "0123456789abcdef01234567";
    await it.api.faults({ method: "GET", path: `/products/${nobody}`, times: 0, fault: { kind: "html", status: 404 } });
    await connect(page, it.api);
    await send(page, it.files.write("some.csv", [...raised(products), [nobody, "", 5]]));
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 3, "not sent": 1 });
    assert.match(lines.find((line) => line.product === nobody).details, /has no product with this id/);
    await done(/^error: Failed to load resource/);
  });
});

describe("an engine that dies", () => {
  /** An error that nobody catches, inside the worker. */
  const kill = (page) => page.workers()[0].evaluate(() => void setTimeout(() => { throw new Error("killed by a test"); }));

  test("takes the file with it; the page says so, and a new one is up", async () => {
    const { page, done } = await it.visit();
    await page.goto(`${it.api.url}/bulk`);
    await choose(page, it.files.write("some.csv", raised(await it.api.products(3))));
    await heading(page, "All 3 products are ready").waitFor();
    await kill(page);
    await page.getByText("The engine stopped and was started again.").waitFor();
    await page.getByText("The file was lost: choose it again. Nothing was being sent.").waitFor();
    await heading(page, "Update products from a file").waitFor();
    await choose(page, it.files.write("some.csv", raised(await it.api.products(3))));
    await heading(page, "All 3 products are ready").waitFor();
    await button(page, "Dismiss").click();
    await page.getByText("The engine stopped and was started again.").waitFor({ state: "detached" });
    await done(/killed by a test/);
  });

  test("while sending: what had been sent is in the report of the new one", async () => {
    const { page, done } = await it.visit();
    const { rows, wanted } = mixed(await it.api.products(220));
    const before = await it.api.state();
    await it.api.faults({ method: "PUT", nth: 2, apply: true, fault: { kind: "hang" } });
    await connect(page, it.api);
    await send(page, it.files.write("many.csv", rows));
    await eventually(async () => assert.equal((await it.api.puts()).length, 2));
    // Both are under way at once: that the second has arrived does not mean that the first one's answer has.
    await page.getByText(/^100 of 220 products/).waitFor();
    await kill(page);
    await page.getByText("What had been sent is written down").waitFor();
    await heading(page, "The run was interrupted").waitFor();
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 100, unknown: 100, "not sent": 20 });
    await isTrue(lines, { api: it.api, before, wanted });
    await done(/killed by a test/);
  });

  test("again and again: the page stops starting it, and says so", async () => {
    const { page, done } = await it.visit();
    await page.goto(`${it.api.url}/bulk`);
    await heading(page, "Update products from a file").waitFor();
    for (let times = 0; times < 4; times += 1) {
      await eventually(async () => assert.equal(page.workers().length, 1));
      const [worker] = page.workers();
      const gone = worker.waitForEvent("close");
      await kill(page);
      await gone;
    }
    await page.getByText("The engine does not work.").waitFor();
    await button(page, "Reload").click();
    await heading(page, "Update products from a file").waitFor();
    await page.getByText("The engine does not work.").waitFor({ state: "detached" });
    await done(/killed by a test/);
  });
});
