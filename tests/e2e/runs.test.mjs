// Past runs: listed, shown again, gone on with, taken back, deleted, and their codes wiped.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import {
  applications, button, choose, compare, confirm, connect, eventually, failed, heading, isAccessible, isTrue, journal, keys, mixed, raised, raisedBy, readCsv, report, reported,
  send, setting, submitKey, tabTo, tally, toBulk, toRuns,
} from "./journey.mjs";
import { test } from "./support.mjs";

const it = setting();

const rows = (page) => page.getByRole("main").getByRole("listitem").filter({ has: page.getByRole("heading", { level: 2 }) });

/** From a connected page to a report that is closed. */
async function ran(page, name, contents) {
  await send(page, it.files.write(name, contents));
  const lines = await report(page);
  await button(page, "Start a new run").click();
  await heading(page, "Update products from a file").waitFor();
  return lines;
}

const codes = (products) => [
  ["Product ID", "Vouchers", "Voucher Expire Date"],
  ...products.map((product, n) => [product._id, `PAST-${n}-A|PAST-${n}-B`, "2027-12-31"]),
];

/** The focus is on the heading, so that whoever hears the page hears where they are. */
const isFocused = (page, name) =>
  eventually(async () => {
    const element = await heading(page, name).elementHandle({ timeout: 1000 });
    assert.ok(await element.evaluate((element) => element === document.activeElement), `the focus is on the heading ${name}`);
  });

/** A run that dies while its second request is held back; another page of the same browser. */
async function killed(page, context, apply) {
  const { rows, wanted } = mixed(await it.api.products(220));
  const before = await it.api.state();
  await it.api.faults({ method: "PUT", nth: 2, apply, hold: true, fault: { kind: "pass" } });
  await connect(page, it.api);
  await send(page, it.files.write("many.csv", rows));
  await page.getByText(/batch 1 of 4/).waitFor();
  await eventually(async () => assert.equal((await it.api.puts()).length, 2));
  // What the page shows may be on its way to the disk still.
  let written = -1;
  await eventually(async () => {
    const before = written;
    written = (await journal(page)).length;
    assert.equal(written, before);
  });
  await page.close();
  await it.api.release();
  return { next: await context.newPage(), before, wanted };
}

describe("past runs", () => {
  test("are listed, the newest first, and stay after a reload, each at an address of its own", async () => {
    const { page, context, done } = await it.visit();
    const products = await it.api.products(5);
    await connect(page, it.api);
    await toRuns(page);
    await page.getByText("No runs yet").waitFor();
    await page.getByRole("link", { name: "Update products from a file" }).click();
    await ran(page, "first.csv", raised(products.slice(0, 2)));
    await ran(page, "second.csv", raised(products.slice(2)));
    await page.getByRole("main").getByRole("link", { name: "past runs" }).click();
    await isFocused(page, "Past runs");
    const isListed = async () => {
      await eventually(async () => assert.equal(await rows(page).count(), 2));
      const texts = (await rows(page).allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
      assert.match(texts[0], /second\.csv .*Finished.*3 changed.*[\d.]+ (bytes|kB)/);
      assert.match(texts[1], /first\.csv .*2 changed/);
      await page.getByText(/^2 runs · [\d.]+ kB in this browser’s storage$/).waitFor();
    };
    await isListed();
    await page.reload();
    await isListed();
    await page.getByRole("link", { name: "first.csv" }).click();
    await isFocused(page, "2 products were updated");
    assert.equal(await page.title(), "Past run · Storekeeper");
    const address = page.url();
    assert.match(address, /\/bulk\/runs\/\d{4}-\d\d-\d\dT[\w:.]+-[0-9a-f]{8}$/);
    await page.reload();
    await heading(page, "2 products were updated").waitFor();
    assert.deepEqual(tally(await report(page)), { changed: 2 });
    // The list and the way back are one step away, and the other run takes its place.
    await page.goBack();
    await page.getByRole("link", { name: "second.csv" }).click();
    await heading(page, "3 products were updated").waitFor();
    await page.goto(address);
    await heading(page, "2 products were updated").waitFor();
    assert.equal(await context.pages()[0].evaluate(() => document.querySelectorAll("h1").length), 1);
    await done();
  });

  test("that nobody has get a page that says so", async () => {
    const { page, done } = await it.visit();
    await page.goto(`${it.api.url}/bulk/runs/2026-01-01T00:00:00.000Z-00000000`);
    await isFocused(page, "This run is not in this browser");
    await page.getByRole("main").getByRole("link", { name: "All past runs" }).click();
    await page.getByText("No runs yet").waitFor();
    await page.goto(`${it.api.url}/bulk/runs/a/b`);
    await heading(page, "There is nothing at this address").waitFor();
    await done();
  });

  test("are watched while another tab has them, and open here once it has let go", async () => {
    const { page, context, done } = await it.visit();
    const products = await it.api.products(221);
    const { rows: contents, wanted } = mixed(products.slice(0, 220));
    const before = await it.api.state();
    await connect(page, it.api);
    await it.api.faults({ method: "PUT", nth: 2, hold: true, fault: { kind: "pass" } });
    await send(page, it.files.write("many.csv", contents));
    await page.getByText(/batch 1 of 4/).waitFor();
    const other = await context.newPage();
    await connect(other, it.api);
    await toRuns(other);
    await rows(other).filter({ hasText: "Open in another tab" }).waitFor();
    await button(other, "Delete…").waitFor({ state: "hidden" });
    await other.getByRole("link", { name: "many.csv" }).click();
    await isFocused(other, "This run is open in another tab");
    await other.getByText("100 changed").waitFor();
    await other.getByText("This tab only watches.", { exact: false }).waitFor();
    // Nothing can be sent to the same store from here meanwhile.
    await other.goto(`${it.api.url}/connect`);
    await connect(other, it.api);
    await toBulk(other);
    await choose(other, it.files.write("other.csv", raised(products.slice(220))));
    await compare(other);
    await confirm(other);
    await other.getByText("Another tab of this browser is sending to this store.").waitFor();
    assert.equal((await it.api.puts()).length, 2);
    await other.goto(page.url().replace(/\/bulk.*/, "/bulk/runs"));
    await other.getByRole("link", { name: "many.csv" }).click();
    await heading(other, "This run is open in another tab").waitFor();
    await it.api.release();
    await other.getByText("220 changed").waitFor();
    await button(page, "Start a new run").click();
    await isFocused(other, "220 products were updated");
    const lines = await report(other);
    await isTrue(lines, { api: it.api, before, wanted });
    await done();
  });
});

describe("a run that was cut off", () => {
  for (const apply of [true, false]) {
    test(`while a request was under way that ${apply ? "arrived" : "never arrived"}: it is gone on with, and each product is applied once`, async () => {
      const { page, context, done } = await it.visit();
      const { next, before, wanted } = await killed(page, context, apply);
      await next.goto(`${it.api.url}/bulk/runs`);
      await rows(next).filter({ hasText: "Interrupted" }).waitFor();
      await next.getByRole("link", { name: "many.csv" }).click();
      await heading(next, "The run was interrupted").waitFor();
      await next.getByText("100 products are done, 20 are not sent. Of 100 products it is not known").waitFor();
      await button(next, "Go on").waitFor({ state: "hidden" });
      const address = next.url();
      // What it takes to go on, and one press away.
      await next.getByText(new RegExp(`^Connect to .*${before.communityID}.* to go on with it, or take it back\\.$`)).waitFor();
      await next.getByRole("main").getByRole("link", { name: "Connect" }).click();
      await submitKey(next, keys.other);
      await heading(next, /^Connected to /).waitFor();
      await toRuns(next);
      await next.getByRole("link", { name: "many.csv" }).click();
      await next.getByText(/^You are connected to .*, and this run belongs to .*\. Connect to that store to go on with it, or take it back\.$/).waitFor();
      await button(next, "Go on").waitFor({ state: "hidden" });
      await connect(next, it.api);
      await toRuns(next);
      await next.getByRole("link", { name: "many.csv" }).click();
      if (!apply) {
        // Looking first sends nothing, and takes nothing away from going on.
        await button(next, "Check again").click();
        await next.getByText("100 products are done, 100 are not applied, 20 are not sent.").waitFor();
        assert.equal((await it.api.puts()).length, 2);
      }
      await it.api.faults({ method: "PUT", hold: true, fault: { kind: "pass" } });
      await button(next, "Go on").click();
      await isFocused(next, /^Updating /);
      assert.equal(next.url(), address, "it goes on at its own address");
      await eventually(async () => assert.equal((await it.api.puts()).length, 3));
      await it.api.release();
      await isFocused(next, "220 products were updated");
      const lines = await report(next);
      assert.deepEqual(tally(lines), { changed: 220 });
      await isTrue(lines, { api: it.api, before, wanted });
      const puts = await it.api.puts();
      assert.ok(Object.values(applications(puts)).every((times) => times === 1), "each once");
      assert.equal(puts.length, apply ? 4 : 5, "no more requests than it takes");
      await next.reload();
      await heading(next, "220 products were updated").waitFor();
      await done();
    });
  }
});

describe("taking a run back", () => {
  test("sets the old values again, leaves alone and names what somebody edited since, and says that codes stay", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(4);
    const before = await it.api.state();
    const contents = [["Product ID", "Name", "Price", "Vouchers", "Voucher Expire Date"]];
    products.forEach((product, n) => contents.push([product._id, `New ${n}`, product.price + 1, n === 3 ? "UNDO-1|UNDO-2" : "", n === 3 ? "2027-12-31" : ""]));
    await connect(page, it.api);
    await send(page, it.files.write("spring.csv", contents));
    assert.deepEqual(tally(await report(page)), { changed: 4 });
    await it.api.edit(products[1]._id, { price: 777 });
    const since = await it.api.state();
    await page.getByText("The old values of 4 products are kept in this browser.", { exact: false }).waitFor();
    await button(page, "Take back…").click();
    await isFocused(page, "All 4 products are ready");
    const note = page.getByRole("status").filter({ hasText: "This takes “spring.csv” back" });
    await note.getByText("the old values of 4 products", { exact: false }).waitFor();
    await note.getByText("1 product was edited by somebody since the run. What was edited is left alone:").waitFor();
    await note.getByRole("listitem").filter({ hasText: `${products[1].name}: Price` }).waitFor();
    await note.getByText("2 voucher codes that were added stay in the store: codes cannot be taken back.").waitFor();
    await compare(page);
    await note.waitFor();
    await confirm(page);
    const lines = await report(page);
    await note.waitFor({ state: "detached" });
    assert.deepEqual(tally(lines), { changed: 4 });
    const wanted = Object.fromEntries(products.map(({ _id, name, price }, n) => [_id, n === 1 ? { name } : { name, price }]));
    await isTrue(lines, { api: it.api, before: since, wanted });
    const now = Object.fromEntries((await it.api.state()).products.map((product) => [product._id, product]));
    assert.equal(now[products[1]._id].price, 777, "nobody's work is overwritten");
    const was = before.products.find((product) => product._id === products[0]._id);
    assert.deepEqual({ ...now[was._id], updatedAt: 0 }, { ...was, updatedAt: 0 });
    // Both are past runs now.
    await toRuns(page);
    await eventually(async () => assert.equal(await rows(page).count(), 2));
    await page.getByRole("link", { name: "spring undo.csv" }).waitFor();
    await done();
  });

  test("that has nothing left to set says who was there, and the report stays", async () => {
    const { page, done } = await it.visit();
    const [product] = await it.api.products(1);
    await connect(page, it.api);
    await send(page, it.files.write("one.csv", raised([product])));
    await reported(page);
    await it.api.edit(product._id, { price: 777 });
    await button(page, "Take back…").click();
    await page.getByRole("alert").getByText(`Nothing of this run can be taken back: “${product.name}” was edited since.`).waitFor();
    await heading(page, "1 product was updated").waitFor();
    await done();
  });

  test("leaves the file that waits where it is", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(3);
    await connect(page, it.api);
    await ran(page, "one.csv", raised(products.slice(0, 1)));
    await choose(page, it.files.write("waiting.csv", raised(products.slice(1))));
    await heading(page, "All 2 products are ready").waitFor();
    await page.getByText("Kept in this browser, also past a reload, until it is sent.").waitFor();
    await toRuns(page);
    await page.getByRole("link", { name: "one.csv" }).click();
    await heading(page, "1 product was updated").waitFor();
    await button(page, "Take back…").click();
    await heading(page, "The product is ready").waitFor();
    await compare(page);
    await confirm(page);
    assert.deepEqual(tally(await report(page)), { changed: 1 });
    await button(page, "Start a new run").click();
    await page.getByText("Go on where you were").waitFor();
    await button(page, "Go on with it").click();
    await heading(page, "All 2 products are ready").waitFor();
    await done();
  });
});

describe("what did not make it", () => {
  test("comes back in as it is", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(220);
    const { rows: contents, wanted } = mixed(products);
    const before = await it.api.state();
    await connect(page, it.api);
    await it.api.faults({ method: "PUT", nth: 2, hold: true, fault: { kind: "pass" } });
    await send(page, it.files.write("many.csv", contents));
    await page.getByText(/batch 1 of 4/).waitFor();
    await button(page, "Stop…").click();
    await button(page, "Stop sending").click();
    await it.api.release();
    await heading(page, "The run was cancelled").waitFor();
    assert.deepEqual(tally(await report(page)), { changed: 200, "not sent": 20 });
    const download = page.waitForEvent("download");
    await button(page, "Download what did not make it").click();
    const file = await download;
    assert.equal(file.suggestedFilename(), "many not done.csv");
    const text = readFileSync(await file.path(), "utf8");
    assert.deepEqual(readCsv(text).slice(1).map(([id]) => id), products.slice(200).map((product) => product._id));
    await button(page, "Start a new run").click();
    await choose(page, it.files.write(file.suggestedFilename(), text));
    await heading(page, "All 20 products are ready").waitFor();
    await compare(page);
    await confirm(page);
    assert.deepEqual(tally(await report(page)), { changed: 20 });
    await isTrue(products.map((product) => ({ product: product._id, outcome: "changed" })), { api: it.api, before, wanted });
    await done();
  });
});

describe("what is kept of runs", () => {
  test("is deleted after a question, and codes are wiped: then none is in this browser", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(3);
    await connect(page, it.api);
    await ran(page, "prices.csv", raised(products));
    await it.api.faults({ method: "PUT", times: 0, fault: { kind: "status", status: 400, body: { status: "error", message: "No codes today" } } });
    const lines = await ran(page, "codes.csv", codes(products));
    assert.equal(tally(lines).changed, undefined);
    await it.api.faults();
    assert.ok((await journal(page)).some((text) => text.includes("PAST-0-A")), "the codes may still have to be sent");
    await toRuns(page);
    await page.getByText("6 voucher codes of 1 run are still kept in clear").waitFor();
    await rows(page).filter({ hasText: "codes.csv" }).getByText("6 voucher codes kept", { exact: false }).waitFor();
    await button(page, "Wipe voucher codes…").click();
    await button(page, "Keep them").click();
    assert.ok((await journal(page)).some((text) => text.includes("PAST-0-A")), "asked first");
    await button(page, "Wipe voucher codes…").click();
    await button(page, "Wipe the codes").click();
    await page.getByRole("status").getByText("6 voucher codes were wiped.").waitFor();
    await button(page, "Wipe voucher codes…").waitFor({ state: "detached" });
    await isFocused(page, "Past runs");
    const places = async () => [
      ...(await journal(page)),
      await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])),
      await page.content(),
    ];
    const found = await places();
    assert.ok(found.some((text) => text.includes("codes.csv")), "the journal was looked into");
    assert.deepEqual(found.filter((text) => text.includes("PAST-")), []);
    // The report is still there, and says what it said.
    await page.getByRole("link", { name: "codes.csv" }).click();
    assert.deepEqual(tally(await report(page)), tally(lines));
    await toRuns(page);
    for (const name of ["codes.csv", "prices.csv"]) {
      const press = page.getByRole("button", { name: `Delete the run of ${name}` });
      await press.click();
      await button(page, "Keep it").click();
      await press.click();
      await button(page, "Delete the run").click();
      await page.getByRole("status").getByText(`The run of “${name}” was deleted.`).waitFor();
    }
    await page.getByText("No runs yet").waitFor();
    await eventually(async () => assert.deepEqual(await journal(page), [], "nothing is kept"));
    await done(failed("400"));
  });

  test("cannot be read where the browser's storage fails: it says so, and tries again", async () => {
    const { page, done } = await it.visit();
    await page.goto(`${it.api.url}/bulk`);
    await heading(page, "Update products from a file").waitFor();
    await page.workers()[0].evaluate(() => {
      globalThis.whole = IDBObjectStore.prototype.getAllKeys;
      IDBObjectStore.prototype.getAllKeys = () => {
        throw new DOMException("The disk is full", "QuotaExceededError");
      };
    });
    await toRuns(page);
    await page.getByRole("alert").getByText("The disk is full", { exact: false }).waitFor();
    await page.workers()[0].evaluate(() => (IDBObjectStore.prototype.getAllKeys = globalThis.whole));
    await button(page, "Try again").click();
    await page.getByText("No runs yet").waitFor();
    await done();
  });
});

describe("by keyboard alone", () => {
  test("a past run is found, and taken back", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(2);
    await connect(page, it.api);
    await ran(page, "two.csv", raised(products));
    await tabTo(page, "link", "Past runs", "Shift+Tab");
    await page.keyboard.press("Enter");
    await isFocused(page, "Past runs");
    await tabTo(page, "link", "two.csv");
    await page.keyboard.press("Enter");
    await isFocused(page, "2 products were updated");
    await tabTo(page, "button", "Take back…");
    await page.keyboard.press("Enter");
    await isFocused(page, "All 2 products are ready");
    await tabTo(page, "button", /^Compare with the live store/);
    await page.keyboard.press("Enter");
    await isFocused(page, "2 products will change");
    await tabTo(page, "link", "Past runs", "Shift+Tab");
    await page.keyboard.press("Enter");
    await isFocused(page, "Past runs");
    await tabTo(page, "button", /^Delete the run of two\.csv/);
    await page.keyboard.press("Enter");
    await tabTo(page, "button", "Keep it");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await tabTo(page, "button", /^Delete the run of two\.csv/);
    await page.keyboard.press("Enter");
    await tabTo(page, "button", "Delete the run");
    await page.keyboard.press("Enter");
    await page.getByText("The run of “two.csv” was deleted.").waitFor();
    await isFocused(page, "Past runs");
    await done();
  });
});

for (const width of [1280, 390]) {
  describe(`at ${width} px`, () => {
    test("every state of past runs is accessible", async () => {
      const { page, context, done } = await it.visit({ viewport: { width, height: 844 } });
      const products = await it.api.products(220);
      await connect(page, it.api);
      await toRuns(page);
      await page.getByText("No runs yet").waitFor();
      await isAccessible(page, "runs-none");
      await page.goto(`${it.api.url}/bulk/runs/nobody`);
      await heading(page, "This run is not in this browser").waitFor();
      await isAccessible(page, "run-unknown");
      await connect(page, it.api);
      await toBulk(page);
      await ran(page, "prices of the spring sale.csv", raised(products.slice(150)));
      await it.api.faults({ method: "PUT", times: 0, fault: { kind: "status", status: 400, body: { status: "error", message: "No codes today" } } });
      await ran(page, "codes.csv", codes(products.slice(0, 3)));
      await it.api.faults({ method: "PUT", nth: 2, hold: true, fault: { kind: "pass" } });
      await toBulk(page);
      await send(page, it.files.write("a rather long name of a file that somebody keeps for every week of the year.csv", raised(products.slice(0, 150))));
      await page.getByText(/batch 1 of 2/).waitFor();
      const other = await context.newPage();
      await other.setViewportSize({ width, height: 844 });
      await other.goto(`${it.api.url}/bulk/runs`);
      await rows(other).filter({ hasText: "Open in another tab" }).waitFor();
      await isAccessible(other, "runs-elsewhere");
      await other.getByRole("link", { name: /^a rather long/ }).click();
      await heading(other, "This run is open in another tab").waitFor();
      await isAccessible(other, "run-elsewhere");
      await toRuns(page);
      await rows(page).filter({ hasText: "Being sent" }).waitFor();
      await page.getByRole("link", { name: "codes.csv" }).click();
      await heading(page, "Another run is being sent").waitFor();
      await isAccessible(page, "run-busy");
      await page.close();
      await it.api.release();
      await heading(other, "The run was interrupted").waitFor();
      await button(other, "Download the report").waitFor();
      await isAccessible(other, "run-interrupted");
      await connect(other, it.api);
      await toRuns(other);
      await rows(other).filter({ hasText: "Interrupted" }).waitFor();
      await isAccessible(other, "runs");
      await button(other, "Wipe voucher codes…").click();
      await isAccessible(other, "runs-wipe");
      await other.keyboard.press("Escape");
      await other.getByRole("button", { name: "Delete the run of codes.csv" }).click();
      await isAccessible(other, "runs-delete");
      await button(other, "Delete the run").click();
      await other.getByText("The run of “codes.csv” was deleted.").waitFor();
      await isAccessible(other, "runs-deleted");
      await other.getByRole("link", { name: /^a rather long/ }).click();
      await button(other, "Go on").waitFor();
      await isAccessible(other, "run-go-on");
      await toRuns(other);
      await other.getByRole("link", { name: /^prices/ }).click();
      await heading(other, "70 products were updated").waitFor();
      await isAccessible(other, "run");
      for (const product of products.slice(150, 165)) await it.api.edit(product._id, { price: 777 });
      await button(other, "Take back…").click();
      await heading(other, /ready$/).waitFor();
      await other.getByText("This takes “prices of the spring sale.csv” back", { exact: false }).waitFor();
      await isAccessible(other, "taking-back");
      await done(failed("400"));
    });
  });
}
