// The bulk run as a person goes through it: happy, with bad files, and with everything that goes wrong on the way.
import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync, readFileSync, statSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import {
  button, choose, compare, confirm, connect, csv, drop, eventually, failed, folder, heading, keys, raised, report, reported, send,
  tally, toBulk, visit, world,
} from "./journey.mjs";
import { launch, root, shot } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let api;
let browser;
let files;

before(async () => {
  [api, browser] = await Promise.all([world(), launch()]);
  files = folder();
});
after(async () => {
  await browser.close();
  api.stop();
  files.remove();
});
beforeEach(() => api.reset());

const price = (products) => Object.fromEntries(products.map((product) => [product._id, product.price]));

/** The report against the truth: what is said to have changed has, and nothing else. */
async function isTrue(lines, before, wanted) {
  const now = price((await api.state()).products);
  for (const line of lines) {
    if (!(line.product in before)) continue;
    const changed = now[line.product] === wanted[line.product] && now[line.product] !== before[line.product];
    if (line.outcome === "changed") assert.ok(changed, JSON.stringify(line));
    if (line.outcome === "not sent" || line.outcome === "refused") assert.equal(now[line.product], before[line.product], JSON.stringify(line));
  }
}

const wantedOf = (products) => Object.fromEntries(products.map((product) => [product._id, product.price + 1]));

/** axe on the page as it stands, in both themes; nothing may stick out sideways. */
async function isAccessible(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // A colour on its way to another is neither.
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"] })).violations);
    assert.deepEqual(violations.map((it) => [it.id, it.nodes.map((node) => node.html)]), [], `${name}, ${colorScheme}`);
    await shot(page, `${name}-${colorScheme}-${page.viewportSize().width}`);
  }
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`);
}

describe("a file updates the store", () => {
  test("dropped, checked, compared, confirmed, sent, reported", async () => {
    const { page, done } = await visit(browser, api);
    const products = await api.products(280);
    const before = price(products);
    const rows = raised(products);
    // Ten problems of common kinds, at lines that are known.
    for (const line of [5, 50, 95]) rows[line - 1][2] = "12O";
    rows[59][0] = "6.50906E+23";
    rows[69].push("one cell too many");
    const file = files.write("update.csv", csv(rows));

    await connect(page, api);
    await toBulk(page);
    await drop(page, file);
    await heading(page, "275 of 280 products are ready").waitFor();
    for (const [line, words] of [[5, /holds the letter O/], [60, /number/], [70, /cells/]]) {
      await page.getByRole("listitem").filter({ hasText: `Line ${line} ` }).filter({ hasText: words }).first().waitFor();
    }
    await compare(page);
    await heading(page, "275 products will change").waitFor();
    const first = products[0];
    const card = page.getByRole("listitem").filter({ hasText: first._id });
    assert.match((await card.innerText()).replace(/\s+/g, " "), new RegExp(`Price was ${first.price} will be ${first.price + 1}`));
    await button(page, "Go on to confirm…").click();
    const dialog = page.getByRole("dialog");
    const { communityID } = await api.state();
    await dialog.getByText(communityID).waitFor();
    await dialog.getByText(api.api).waitFor();
    assert.equal((await api.puts()).length, 0, "nothing is sent before it is confirmed");
    await button(dialog, "Update 275 products").click();

    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 275, "not sent": 5 });
    assert.equal(lines.length, 280);
    await isTrue(lines, before, wantedOf(products));
    const puts = await api.puts();
    assert.equal(puts.length, 3, "the least possible");
    assert.ok(puts.every((put) => put.body.length <= 100));
    await done();
  });

  test("and one line of it is the documented request", async () => {
    const { page, done } = await visit(browser, api);
    const [product] = await api.products(1);
    const file = files.write("one.csv", csv([
      ["Product ID", "Name", "Price", "Vouchers", "Voucher Expire Date"],
      [product._id, "Premium Voucher renewed", 120, "VOUCHER-003", "2027-12-31T00:00:00.000Z"],
    ]));
    await connect(page, api);
    await send(page, file);
    assert.deepEqual(tally(await report(page)), { changed: 1 });
    const puts = await api.puts();
    assert.deepEqual(puts.map((put) => put.body), [[{
      productID: product._id, name: "Premium Voucher renewed", price: 120, vouchers: ["VOUCHER-003"], voucherExpireDate: "2027-12-31T00:00:00.000Z",
    }]]);
    await done();
  });

  test("in the practice store without a network, by keyboard alone", async () => {
    const { page, context, requests, done } = await visit(browser, api);
    await page.goto(`${api.url}/connect`);
    await button(page, "Open the practice store").focus();
    await page.keyboard.press("Enter");
    await heading(page, "Connected to Practice store").waitFor();
    const asked = requests.length;
    await context.setOffline(true);
    const press = async (role, name) => {
      const target = page.getByRole(role, { name });
      await target.waitFor();
      // Tab until it has the focus, as a person does.
      for (let step = 0; step < 80; step += 1) {
        if (await target.evaluate((element) => element === document.activeElement)) return page.keyboard.press("Enter");
        await page.keyboard.press("Tab");
      }
      assert.fail(`${name} is not reached by Tab`);
    };
    await press("link", "Update products from a file");
    await press("button", "Try the sample file");
    await heading(page, /products are ready$/).waitFor();
    await press("button", /^Compare with the live store/);
    await heading(page, /products will change$/).waitFor();
    await press("button", "Go on to confirm…");
    await press("button", /^Update \d+ products$/);
    await reported(page);
    await heading(page, /products were updated$/).waitFor();
    assert.deepEqual(requests.slice(asked).filter((url) => !url.startsWith(`${api.url}/`)), [], "nobody was asked");
    assert.deepEqual(await api.log(), []);
    await done();
  });
});

describe("a bad file gets a sentence and is not taken", () => {
  const cases = [
    ["empty.csv", "", /empty/i],
    ["picture.csv", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), /PNG|picture/i],
    ["wide.csv", Buffer.from("\ufeffProduct ID,Name\n", "utf16le"), /UTF-16/],
    ["nul.csv", "Product ID,Name\n507f1f77bcf86cd799439011,a\0b\n", /NUL/i],
    ["header.csv", "Product ID,Name\n", /row/i],
    ["no id.csv", "Name,Price\nMug,5\n", /Product ID/],
    ["twice.csv", "Product ID,Name,name\n507f1f77bcf86cd799439011,a,b\n", /Name/],
  ];
  test("each in its own words", async () => {
    const { page, done } = await visit(browser, api);
    await page.goto(`${api.url}/bulk`);
    const seen = new Set();
    for (const [name, contents, words] of cases) {
      await choose(page, files.write(name, contents));
      const note = page.getByRole("alert").filter({ hasText: name });
      await note.waitFor();
      const said = await note.innerText();
      assert.match(said, words);
      assert.ok(!seen.has(said) && seen.add(said));
    }
    await done();
  });

  test("two gigabytes are refused at once, ten files are not taken", async () => {
    const { page, done } = await visit(browser, api);
    await page.goto(`${api.url}/bulk`);
    const large = files.write("large.csv", "Product ID,Name\n");
    const handle = openSync(large, "r+");
    ftruncateSync(handle, 2 * 1024 ** 3);
    closeSync(handle);
    const began = Date.now();
    await choose(page, large);
    await page.getByRole("alert").filter({ hasText: "large.csv" }).waitFor();
    assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
    const ten = Array.from({ length: 10 }, (_, n) => files.write(`file ${n}.csv`, "Product ID,Name\n507f1f77bcf86cd799439011,a\n"));
    await drop(page, ...ten);
    await page.getByText(/one file at a time/i).waitFor();
    await heading(page, "Update products from a file").waitFor();
    await done();
  });

  test("damaged rows are listed at their lines and never sent", async () => {
    const { page, done } = await visit(browser, api);
    const products = await api.products(6);
    const line = (product, name) => `${product._id},${name},${product.price + 1}`;
    const text = ["Product ID,Name,Price", line(products[0], "a"), line(products[1], '5" disc'), line(products[2], '"b"c'), `${products[3]._id},ragged`,
      line(products[4], "e"), `${products[5]._id},"never closed,1`].join("\n");
    await connect(page, api);
    await toBulk(page);
    await choose(page, files.write("damaged.csv", text));
    await heading(page, "2 of 6 products are ready").waitFor();
    for (const line of [3, 4, 5, 7]) await page.getByRole("listitem").filter({ hasText: `Line ${line}` }).first().waitFor();
    await compare(page);
    await confirm(page);
    assert.deepEqual(tally(await report(page)), { changed: 2, "not sent": 4 });
    const sent = (await api.puts()).flatMap((put) => put.body.map((item) => item.productID));
    assert.deepEqual(sent.sort(), [products[0]._id, products[4]._id].sort());
    await done();
  });
});

describe("what goes wrong in the middle", () => {
  test("401: sending stops until there is a key of the same community", async () => {
    const { page, done } = await visit(browser, api);
    const products = await api.products(250);
    await api.faults({ method: "PUT", nth: 2, fault: { kind: "status", status: 401, body: { status: "error", message: "API key expired" } } });
    await connect(page, api);
    await send(page, files.write("many.csv", raised(products)));
    await page.getByText("API key expired").first().waitFor();
    assert.equal((await api.puts()).length, 2);
    const field = page.getByRole("main").getByLabel(/API key|New key/i).first();
    await field.fill(keys.other);
    await page.getByRole("main").getByRole("button", { name: /go on|connect|continue/i }).first().click();
    await page.getByText(/another store/i).first().waitFor();
    assert.equal((await api.puts()).length, 2, "nothing goes to another community");
    await field.fill(keys.second);
    await page.getByRole("main").getByRole("button", { name: /go on|connect|continue/i }).first().click();
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 250 });
    await isTrue(lines, price(products), wantedOf(products));
    await done(failed("401"));
  });

  for (const [what, fault, apply] of [
    ["502 as JSON, not applied", { kind: "status", status: 502, body: { status: "error", message: "upstream" } }, false],
    ["502 as a web page, applied", { kind: "html", status: 502 }, true],
    ["502 with nothing in it, applied", { kind: "status", status: 502, body: "" }, true],
  ]) {
    test(`${what}: every field is there once`, async () => {
      const { page, done } = await visit(browser, api);
      const products = await api.products(150);
      await api.faults({ method: "PUT", apply, fault });
      await connect(page, api);
      await send(page, files.write("many.csv", raised(products)));
      const lines = await report(page);
      assert.deepEqual(tally(lines), { changed: 150 });
      await isTrue(lines, price(products), wantedOf(products));
      await done(failed("502"));
    });
  }

  test("vouchers whose answer is lost are in the store once", async () => {
    const { page, done } = await visit(browser, api);
    const products = await api.products(5);
    await api.faults({ method: "PUT", apply: true, fault: { kind: "reset" } });
    await connect(page, api);
    await send(page, files.write("codes.csv", [["Product ID", "Vouchers", "Voucher Expire Date"], ...products.map((it, n) => [it._id, `FRESH-${n}`, "2027-12-31"])]));
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 5 });
    const { codes } = await api.state();
    products.forEach((product, n) => assert.equal(codes[product._id][`FRESH-${n}`], 1));
    await done(failed("409|ERR_CONNECTION_RESET|ERR_FAILED|ERR_EMPTY_RESPONSE"), /CORS/);
  });

  test("a reload: the report says what is done, what is not, and what nobody knows", async () => {
    const { page, done } = await visit(browser, api);
    const products = await api.products(280);
    await api.faults({ method: "PUT", nth: 2, apply: true, fault: { kind: "hang" } });
    await connect(page, api);
    await send(page, files.write("many.csv", raised(products)));
    await eventually(async () => assert.equal((await api.puts()).length, 2));
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await heading(page, /interrupted/).waitFor();
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 100, unknown: 100, "not sent": 80 });
    await isTrue(lines, price(products), wantedOf(products));
    // Connected again, what nobody knew is read from the store, and nothing is sent by that.
    await connect(page, api);
    await page.getByRole("link", { name: "Bulk update" }).click();
    await button(page, "Check again").click();
    await eventually(async () => assert.deepEqual(tally(await report(page)), { changed: 200, "not sent": 80 }));
    assert.equal((await api.puts()).length, 2);
    await button(page, "Start a new run").click();
    await heading(page, "Update products from a file").waitFor();
    await page.reload();
    await heading(page, "Update products from a file").waitFor();
    await done();
  });

  test("the engine dies: the page says so and goes on with a new one", async () => {
    const { page, done } = await visit(browser, api);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
    await page.goto(`${api.url}/connect`);
    await button(page, "Open the practice store").click();
    await heading(page, "Connected to Practice store").waitFor();
    // What the engine's panic hook posts, and then nothing more.
    await page.workers()[0].evaluate(() => postMessage(new Uint8Array([3])));
    await page.getByText(/engine stopped|started again/i).first().waitFor();
    await heading(page, "Where do you want to work?").waitFor();
    await button(page, "Open the practice store").click();
    await heading(page, "Connected to Practice store").waitFor();
    await done();
  });
});

describe("secrets", () => {
  test("the key is in the header to the API, and nowhere else; the widget's key is nowhere", async () => {
    const { page, context, requests, trouble, done } = await visit(browser, api);
    const products = await api.products(20);
    await connect(page, api);
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    const settings = await page.content();
    await send(page, files.write("few.csv", raised(products)));
    const lines = await report(page);
    const stored = await page.evaluate(async () => {
      const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), String(await caches.keys())];
      for (const { name } of await indexedDB.databases()) {
        const database = await new Promise((resolve) => (indexedDB.open(name).onsuccess = (event) => resolve(event.target.result)));
        for (const store of database.objectStoreNames) {
          const all = await new Promise((resolve) => (database.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result)));
          for (const entry of all) texts.push(new TextDecoder("latin1").decode(entry));
        }
        database.close();
      }
      return texts;
    });
    assert.ok(stored.some((text) => text.includes("few.csv")), "the journal was looked into");
    const places = [...stored, settings, await page.content(), await page.title(), JSON.stringify(lines), ...requests, ...trouble];
    for (const secret of [keys.main, "canarycanary"]) assert.deepEqual(places.filter((text) => text.includes(secret)), []);
    assert.deepEqual((await context.cookies()), []);
    assert.ok((await api.log()).filter((line) => line.method !== "OPTIONS").every((line) => line.key === "main" || line.keyName === "main" || JSON.stringify(line).includes('"main"')));
    await done();
  });
});

describe("a hundred thousand products", () => {
  test("are read and checked without a task over 50 ms on the page, and their table scrolls", async () => {
    const file = join(files.path, "100k.csv");
    const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
    execFileSync(join(target, "debug", "examples", "generate"), ["100000", "1", file]);
    const { page, done } = await visit(browser, api, { viewport: { width: 1280, height: 900 } });
    await page.addInitScript(() => {
      globalThis.longTasks = [];
      new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
    });
    await page.goto(`${api.url}/bulk`);
    await button(page, "Choose a file").waitFor();
    await page.evaluate(() => (globalThis.longTasks.length = 0));
    const began = Date.now();
    await choose(page, file);
    await heading(page, "All 100,000 products are ready").waitFor({ timeout: 60_000 });
    console.log(`# ${statSync(file).size} bytes read and checked in ${Date.now() - began} ms`);
    assert.deepEqual(await page.evaluate(() => globalThis.longTasks), []);

    await page.getByRole("tab", { name: /^Rows/ }).click();
    const rows = page.getByRole("region", { name: "Rows of the file" });
    for (const part of [0.5, 1, 0.25]) {
      await rows.evaluate((region, part) => (region.scrollTop = (region.scrollHeight - region.clientHeight) * part), part);
      await eventually(async () => {
        const indexes = await rows.locator("tr[aria-rowindex]").evaluateAll((all) => all.map((row) => Number(row.getAttribute("aria-rowindex"))));
        assert.ok(indexes.length > 5 && indexes.length <= 60, `${indexes.length} rows`);
        assert.ok(Math.abs(indexes[Math.floor(indexes.length / 2)] / 133_314 - part) < 0.01, `${indexes[0]} at ${part}`);
        assert.equal(await rows.locator("tr.bones").count(), 0, "their contents are there");
      });
    }
    await done();
  });
});

describe("every state of the run is accessible, at both sizes and in both themes", () => {
  for (const width of [1280, 390]) {
    test(`${width} px`, async () => {
      const { page, done } = await visit(browser, api, { viewport: { width, height: 844 } });
      const products = await api.products(60);
      await page.goto(`${api.url}/connect`);
      await button(page, "Open the practice store").waitFor();
      await isAccessible(page, "connect");
      await connect(page, api);
      await isAccessible(page, "connected");
      await page.getByRole("link", { name: "Products", exact: true }).click();
      await page.getByRole("row").nth(5).waitFor();
      await isAccessible(page, "products");
      await page.getByRole("link", { name: "Settings", exact: true }).click();
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      await isAccessible(page, "settings");
      await toBulk(page);
      await isAccessible(page, "choose");
      await choose(page, files.write("header.csv", "Product ID,Name\n"));
      await page.getByRole("alert").filter({ hasText: "header.csv" }).waitFor();
      await isAccessible(page, "refused");
      const rows = raised(products);
      rows[3][2] = "12O";
      await choose(page, files.write("update.csv", rows));
      await heading(page, "59 of 60 products are ready").waitFor();
      await isAccessible(page, "check");
      await page.getByRole("tab", { name: /^Rows/ }).click();
      await page.getByRole("row").nth(5).waitFor();
      await isAccessible(page, "rows");
      await compare(page);
      await isAccessible(page, "review");
      await button(page, "Go on to confirm…").click();
      await page.getByRole("dialog").waitFor();
      await isAccessible(page, "confirm");
      await api.settings({ latencyMs: 1500 });
      await page.getByRole("dialog").getByRole("button", { name: "Update 59 products" }).click();
      await heading(page, "Updating 59 products").waitFor();
      await page.evaluate(axe);
      await shot(page, `send-${width}`);
      await reported(page);
      await isAccessible(page, "report");
      await done();
    });
  }
});
