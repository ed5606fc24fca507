// Before anything is sent: what is looked at twice, what may be touched, what is kept, what is typed; and who was there meanwhile.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import {
  agree, button, choose, compare, confirm, connect, eventually, heading, isAccessible, isTrue, lock, mixed, raised, raisedBy, readCsv, report, reported, saved, secondLook, sending,
  setLimit, setting, tabTo, tally, toBulk, unfold,
} from "./journey.mjs";
import { test } from "./support.mjs";

const it = setting();

/** A file that gives these products other names, and prices a fifth higher. */
const renamed = (products) => [["Product ID", "Name", "Price"], ...products.map((product) => [product._id, `New ${product._id}`, dearer(product)])];
const dearer = (product) => Math.ceil(product.price * 1.2);

/** From a connected page to the review of a file. */
async function review(page, rows, name = "update.csv") {
  await connect(page, it.api);
  await toBulk(page);
  await choose(page, it.files.write(name, rows));
  await compare(page);
}

const dialog = (page) => page.getByRole("dialog");
const bodies = async () => (await it.api.puts()).flatMap((put) => put.body);
/** All that a store holds, but for when. */
const held = ({ products, codes }) => [products.map(({ updatedAt, ...product }) => product), codes];

describe("before anything is sent", () => {
  test("a person says when a second look is asked for, and is asked by it from then on", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(3);
    await review(page, renamed(products));
    await heading(page, "3 products will change").waitFor();
    assert.equal(await secondLook(page).count(), 0);

    // What is no limit is said beside its field, and nothing else happens.
    await unfold(page, /^A second look is asked for/);
    const price = page.getByLabel(/^A price moves by more than/);
    for (const [text, words] of [["", /^Write a number between 0 and 10,000\.$/], ["5,5", /“5,5” is not a whole number/], ["20000", /^20000 is out of range/]]) {
      await setLimit(page, /^A price moves by more than/, text);
      await eventually(async () => assert.match(await page.locator("#limit-price-error").innerText(), words));
      await eventually(async () => assert.equal(await price.getAttribute("aria-invalid"), "true"));
      await price.and(page.locator(":focus")).waitFor();
    }
    await setLimit(page, /^A price moves by more than/, "5");
    await secondLook(page).getByText("The price of 3 products moves by more than 5 %.").waitFor();
    await secondLook(page).getByText(products[0].name).waitFor();
    await eventually(async () => assert.equal(await page.locator("#limit-price-error").innerText(), ""));
    await page.getByRole("status").filter({ hasText: "3 products will change, 1 second look is asked for." }).waitFor({ state: "attached" });
    await button(page, "Go on to confirm…").click();
    await dialog(page).getByLabel(/^Something here deserves a second look/).waitFor();
    await button(dialog(page), "Not yet").click();

    // Remembered: by the next comparison, and by the next visit.
    await button(page, "Back to the file").click();
    await compare(page);
    await secondLook(page).getByText("more than 5 %").waitFor();
    await page.reload();
    await review(page, renamed(products), "again.csv");
    await secondLook(page).getByText("more than 5 %").waitFor();

    await unfold(page, /^A second look is asked for: price moved over 5 %/);
    await button(page, "Back to the usual").click();
    await secondLook(page).waitFor({ state: "detached" });
    await eventually(async () => assert.equal(await price.inputValue(), "50"));
    await button(page, "Go on to confirm…").click();
    await dialog(page).getByRole("button", { name: "Update 3 products" }).waitFor();
    assert.equal(await page.locator("#confirm-typed").count(), 0);
    assert.deepEqual(await it.api.puts(), []);
    await done();
  });

  test("exactly the columns that are not locked leave", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(4);
    const before = await it.api.state();
    const rows = [["Product ID", "Name", "Price", "Vouchers", "Voucher Expire Date"]];
    // The last one would change in its name only.
    products.forEach((product, n) => rows.push([product._id, `New ${n}`, n < 3 ? dearer(product) : "", n === 0 ? "LOCK-1" : "", n === 0 ? "2030-01-01" : ""]));
    await review(page, rows);
    await page.getByText("Columns this run may touch: all 3").waitFor();
    await lock(page, /^Name 4 products/);
    await heading(page, "3 products will change").waitFor();
    await page.getByText("Columns this run may touch: 2 of 3").waitFor();
    await page.getByText("Locked, so nothing is sent of it: Name.").waitFor();
    // The box that was pressed stays, and keeps the focus.
    await page.getByRole("checkbox", { name: /^Name locked, 4 products left alone$/ }).and(page.locator(":focus")).waitFor();
    assert.equal(await page.getByRole("button", { name: /^Name/ }).count(), 0, "what is locked is no filter");

    await button(page, "Lock all").click();
    await heading(page, "Nothing will change").waitFor();
    await page.getByText("All that would change is in columns that are locked.").waitFor();
    assert.equal(await button(page, "Go on to confirm…").isVisible(), false);
    await button(page, "Unlock all").click();
    await heading(page, "4 products will change").waitFor();
    await lock(page, /^Name 4 products/);
    await lock(page, /^Vouchers and Voucher Expire Date 1 product/);
    await heading(page, "3 products will change").waitFor();
    await button(page, "Go on to confirm…").click();
    await dialog(page).getByText("Name, Vouchers and Voucher Expire Date").waitFor();
    await agree(page);
    const lines = await report(page);
    assert.deepEqual(await bodies(), products.slice(0, 3).map((product) => ({ productID: product._id, price: dearer(product) })));
    assert.deepEqual(tally(lines), { changed: 3, "not sent": 1 });
    assert.match(lines[3].details, /columns that were locked/);
    await isTrue(lines, { api: it.api, before, wanted: Object.fromEntries(products.slice(0, 3).map((product) => [product._id, { price: dearer(product) }])) });
    await done();
  });

  test("the undo file and the backup are there to take, and the undo file sets everything back", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(120);
    const before = await it.api.state();
    await review(page, renamed(products), "spring.csv");
    const undoing = page.locator(".keepsake").filter({ hasText: "Undo file" });
    await undoing.getByText("Not taken yet").waitFor();
    const undo = await saved(page, () => button(undoing, "Download the undo file").click());
    assert.equal(undo.name, "spring undo.csv");
    await undoing.getByText("Taken", { exact: true }).waitFor();
    const [head, first] = readCsv(readFileSync(undo.path, "utf8"));
    const cell = (name) => first[head.indexOf(name)];
    assert.deepEqual([first.length, cell("Product ID"), cell("Name"), cell("Price")], [head.length, products[0]._id, products[0].name, `${products[0].price}`]);

    // What was taken for other columns is not what is needed now.
    await lock(page, /^Name/);
    await undoing.getByText("Taken with other columns locked: take it again").waitFor();
    await button(page, "Unlock all").click();
    await undoing.getByText("Taken", { exact: true }).waitFor();

    await button(page, "Go on to confirm…").click();
    const backup = await saved(page, () => button(dialog(page), "Download the backup").click());
    assert.equal(backup.name, "spring backup.csv");
    assert.equal(readCsv(readFileSync(backup.path, "utf8")).length, 121);
    await dialog(page).getByRole("listitem").filter({ hasText: "Download the backup" }).getByText("Taken", { exact: true }).waitFor();
    assert.deepEqual(await it.api.puts(), []);
    await agree(page);
    await reported(page);
    assert.notDeepEqual(held(await it.api.state()), held(before));

    await button(page, "Start a new run").click();
    await choose(page, undo.path);
    await heading(page, "All 120 products are ready").waitFor();
    await compare(page);
    await heading(page, "120 products will change").waitFor();
    await confirm(page);
    assert.deepEqual(tally(await report(page)), { changed: 120 });
    assert.deepEqual(held(await it.api.state()), held(before));
    await done();
  });

  test("what is typed must be what is asked for, and nothing is sent before", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(2);
    const rows = [["Product ID", "Price"], ...products.map((product) => [product._id, 0])];
    await review(page, rows);
    await secondLook(page).getByText("2 products will cost 0.").waitFor();
    await button(page, "Go on to confirm…").click();
    const field = dialog(page).locator("#confirm-typed");
    await field.and(page.locator(":focus")).waitFor();
    const phrase = await dialog(page).locator('label[for="confirm-typed"] strong').innerText();
    const { communityID } = await it.api.state();
    assert.ok(phrase.startsWith("update 2 products") && phrase.includes(communityID) && phrase.includes(new URL(it.api.api).host), phrase);
    const error = page.locator("#confirm-typed-error");
    for (const [typed, words] of [
      ["", /^Nothing was sent\. Type the words above/],
      ["update 3 products", /“3” stands where “2” is asked for/],
      [phrase.split(" ").slice(0, -1).join(" "), /is missing at the end/],
      [`${phrase} now`, /“now” at the end is too much/],
    ]) {
      await field.fill(typed);
      await eventually(async () => assert.equal(await error.innerText(), "", "it is said once it is to be sent, and not while it is put right"));
      await page.keyboard.press("Enter");
      await error.getByText(words).waitFor();
      await field.and(page.locator(":focus")).waitFor();
      await eventually(async () => assert.equal(await field.getAttribute("aria-invalid"), "true"));
    }
    await button(dialog(page), "Update 2 products").click();
    await error.getByText(/too much/).waitFor();
    assert.deepEqual(await it.api.puts(), []);
    // Pasted, in any capitals.
    await field.fill("");
    await field.evaluate((element, text) => {
      element.focus();
      document.execCommand("insertText", false, text);
    }, phrase.toUpperCase());
    await page.keyboard.press("Enter");
    assert.deepEqual(tally(await report(page)), { changed: 2 });
    await done();
  });

  test("a product that somebody else changed after the review is held back, and named", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(150);
    await review(page, raised(products));
    await heading(page, "150 products will change").waitFor();
    await it.api.edit(products[1]._id, { price: 777 });
    // The second batch waits, so that what was held back of the first can be seen.
    await it.api.faults({ method: "PUT", nth: 2, hold: true, fault: { kind: "pass" } });
    await confirm(page);
    await sending(page);
    await page.locator(".tile").filter({ hasText: "held back" }).getByText("1", { exact: true }).waitFor();
    await page.getByText("Held back: somebody else has changed them since they were compared.").waitFor();
    await it.api.release();
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 149, "not sent": 1 });
    const line = lines.find((line) => line.outcome === "not sent");
    assert.equal(line.product, products[1]._id);
    assert.match(line.details, /[Cc]hanged by somebody else/);
    assert.match(line.details, /Price is 777 now/);
    assert.equal((await it.api.state()).products.find((product) => product._id === products[1]._id).price, 777);
    assert.ok((await bodies()).every((item) => item.productID !== products[1]._id));
    await done();
  });

  test("while it is sent, what goes on is said seldom and shown in the tab", async () => {
    const { page, done } = await it.visit();
    await review(page, mixed(await it.api.products(220)).rows);
    await it.api.faults({ method: "PUT", times: 0, hold: true, fault: { kind: "pass" } });
    await confirm(page);
    await sending(page);
    await eventually(async () => assert.equal((await it.api.puts()).length, 2));
    const spoken = page.getByRole("region", { name: "Progress" }).getByRole("status");
    await spoken.evaluate((element) => {
      globalThis.spoken = [];
      new MutationObserver(() => globalThis.spoken.push(element.textContent)).observe(element, { childList: true, characterData: true, subtree: true });
    });
    const pressed = Date.now();
    await button(page, "Pause").click();
    await page.getByText("Paused. What is on its way is settled; nothing more is sent.").waitFor();
    assert.ok(Date.now() - pressed < 1_000, `${Date.now() - pressed} ms`);
    await eventually(async () => assert.match(await page.title(), /^0 % · Paused/));
    await it.api.release();
    await page.getByText("Paused. Nothing is being sent.").waitFor();
    await page.getByText(/^200 of 220 products · batch 2 of 4/).waitFor();
    await eventually(async () => assert.match(await page.title(), /^90 % · Paused/));
    assert.equal((await it.api.puts()).length, 2, "nothing left after the pause");
    await button(page, "Resume").click();
    await eventually(async () => assert.match(await page.title(), /^90 % · Sending/));
    await eventually(async () => assert.equal((await it.api.puts()).length, 3));
    // Everything else on the screen has moved many times meanwhile.
    const said = await page.evaluate(() => globalThis.spoken);
    assert.equal(said.length, 2, said.join(" "));
    assert.equal(said[0], "Paused, 0 of 220 products done.");
    assert.match(said[1], /200 of 220 products done/);
    await it.api.faults();
    await it.api.release();
    assert.deepEqual(tally(await report(page)), { changed: 220 });
    await done();
  });

  test("by keyboard alone", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(3);
    await review(page, renamed(products));
    const press = async (role, name, key = "Enter", way = "Tab") => {
      await tabTo(page, role, name, way);
      await page.keyboard.press(key);
    };
    const undo = await saved(page, () => press("button", "Download the undo file"));
    assert.equal(undo.name, "update undo.csv");
    await press("checkbox", /^Name 3 products/, "Space");
    await page.getByText("Columns this run may touch: 1 of 2").waitFor();
    // A summary has no role of its own.
    const fold = page.locator("summary").filter({ hasText: "A second look is asked for" });
    for (let step = 0; step < 20 && !(await fold.evaluate((element) => element === document.activeElement)); step += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await tabTo(page, "textbox", /^A price moves by more than/);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("7");
    await page.keyboard.press("Enter");
    await secondLook(page).getByText("more than 7 %").waitFor();
    await press("button", "Go on to confirm…", "Enter", "Shift+Tab");
    await page.locator("#confirm-typed:focus").waitFor();
    await page.keyboard.press("Escape");
    await button(page, "Go on to confirm…").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await page.locator("#confirm-typed:focus").waitFor();
    await page.keyboard.type(await dialog(page).locator('label[for="confirm-typed"] strong').innerText());
    await page.keyboard.press("Enter");
    await heading(page, "3 products were updated").and(page.locator(":focus")).waitFor();
    assert.deepEqual(await bodies(), products.map((product) => ({ productID: product._id, price: dearer(product) })));
    await done();
  });
});

for (const width of [1280, 390]) {
  test(`every state of it is accessible at ${width} px`, async () => {
    const { page, done } = await it.visit({ viewport: { width, height: 844 } });
    const products = await it.api.products(120);
    const rows = [["Product ID", "Name", "Price", "Archived", "Vouchers", "Voucher Expire Date", "Permission Type", "Permission Roles"]];
    products.forEach((product, n) =>
      rows.push([product._id, n % 9 ? "" : "Kaffee & Kuchen für zwei", n === 4 ? 0 : product.price * 3, n % 3 ? "" : "true", n % 30 ? "" : `NEW-${n}`, n % 30 ? "" : "2030-12-31", "", ""]));
    await review(page, rows);
    await secondLook(page).waitFor();
    await page.getByRole("region", { name: "Products that will change" }).getByRole("listitem").first().waitFor();
    await isAccessible(page, "review-second-look");
    await lock(page, /^Name/);
    await page.getByText("Locked, so nothing is sent of it: Name.").waitFor();
    await unfold(page, /^A second look is asked for/);
    await setLimit(page, /^Archived are more than/, "a fifth");
    await saved(page, () => button(page.locator(".keepsake").filter({ hasText: "Backup" }), "Download the backup").click());
    await page.locator(".keepsake").getByText("Taken", { exact: true }).waitFor();
    await isAccessible(page, "review-before");
    await page.locator(".before").scrollIntoViewIfNeeded();
    await isAccessible(page, "review-before-cards");
    await button(page, "Go on to confirm…").click();
    await page.locator("#confirm-typed").fill("update 12 products");
    await page.keyboard.press("Enter");
    await page.locator("#confirm-typed-error").getByText(/stands where/).waitFor();
    await isAccessible(page, "confirm-mismatch");
    await button(dialog(page), "Not yet").click();
    await button(page, "Lock all").click();
    await heading(page, "Nothing will change").waitFor();
    await isAccessible(page, "review-all-locked");
    await button(page, "Unlock all").click();
    await heading(page, "120 products will change").waitFor();
    await it.api.edit(products[2]._id, { price: 777 });
    await it.api.faults({ method: "PUT", nth: 2, hold: true, fault: { kind: "pass" } });
    await confirm(page);
    await page.locator(".tile").filter({ hasText: "held back" }).getByText("1", { exact: true }).waitFor();
    await button(page, "Pause").click();
    await page.getByText("Paused. What is on its way is settled; nothing more is sent.").waitFor();
    await isAccessible(page, "send-held-back");
    await it.api.release();
    await button(page, "Resume").click();
    await reported(page);
    await done();
  });
}

describe("a browser that keeps nothing", () => {
  test("sends only while the tab stays open, once the person says so, and the report is the truth", async () => {
    const { page, done } = await it.visit({ viewport: { width: 390, height: 844 } });
    const products = await it.api.products(3);
    const before = await it.api.state();
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, it.files.write("few.csv", raised(products)));
    await compare(page);
    await page.workers()[0].evaluate(() => {
      for (const how of ["put", "add"]) IDBObjectStore.prototype[how] = () => { throw new DOMException("The disk is full", "QuotaExceededError"); };
    });
    await confirm(page);
    const dialog = page.getByRole("dialog");
    await dialog.getByText("so nothing more is sent").waitFor();
    await dialog.getByText("Only this tab then knows what was sent.", { exact: false }).waitFor();
    assert.deepEqual(await it.api.puts(), []);
    await isAccessible(page, "review-no-storage");
    await button(dialog, "I keep this tab open: send").click();
    await page.getByText("This run is in this tab alone.", { exact: false }).waitFor();
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 3 });
    await isTrue(lines, { api: it.api, before, wanted: raisedBy(products) });
    assert.equal((await it.api.puts()).length, 1);
    await isAccessible(page, "report-in-tab");
    await done();
  });
});
