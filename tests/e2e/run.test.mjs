// A file updates the store: dropped, checked, compared, confirmed, sent, reported. And files that are none.
import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync } from "node:fs";
import { describe } from "node:test";
import {
  agree, button, choose, compare, confirm, connect, drop, eventually, heading, isTrue, mixed, raised, raisedBy, report, reported, send, sending, setting, tally, toBulk,
} from "./journey.mjs";
import { test } from "./support.mjs";

const it = setting();

/** The line of the list that names this place of the file. */
const problem = (page, line) => page.getByRole("region", { name: "Problems" }).getByRole("listitem").filter({ hasText: new RegExp(`^(Error|Warning)Line ${line} `) });

describe("a file updates the store", () => {
  test("from the drop to the report, and the report is the truth", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(300);
    const before = await it.api.state();
    const rows = raised(products);
    const wanted = raisedBy(products);
    // Problems of common kinds, at lines that are known; those products stay as they are.
    const spoil = (line, change) => {
      delete wanted[products[line - 2]._id];
      change(rows[line - 1]);
    };
    for (const line of [5, 50, 95]) spoil(line, (row) => (row[2] = "12O"));
    spoil(60, (row) => (row[0] = "6.50906E+23"));
    spoil(70, (row) => row.push("one cell too many"));
    // One that is as the file has it already, and one that the store does not have.
    const same = products[100];
    rows[101][2] = same.price;
    delete wanted[same._id];
    rows.push(["aaaaaaaaaaaaaaaaaaaaaaaa", "", 5]);

    await connect(page, it.api);
    await toBulk(page);
    await drop(page, it.files.write("update.csv", rows));
    await heading(page, "296 of 301 products are ready").waitFor();
    for (const [line, words] of [[5, /holds the letter O/], [50, /holds the letter O/], [60, /took the id for a number/], [70, /4 cells instead of 3/], [95, /digit 0/]]) {
      await problem(page, line).filter({ hasText: words }).first().waitFor();
    }

    await compare(page);
    await heading(page, "294 products will change").waitFor();
    const card = page.getByRole("listitem").filter({ hasText: products[0]._id });
    const { price } = products[0];
    await eventually(async () => assert.match((await card.innerText()).replace(/\s+/g, " "), new RegExp(`Price was ${price} will be ${price + 1}`)));

    await button(page, "Go on to confirm…").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText((await it.api.state()).communityID).waitFor();
    await dialog.getByText(it.api.api).waitFor();
    await dialog.getByText("3 requests").waitFor();
    assert.deepEqual(await it.api.puts(), [], "nothing is sent before it is confirmed");
    // Long enough to be seen.
    await it.api.faults({ method: "PUT", nth: 2, times: 0, hold: true, fault: { kind: "pass" } });
    await button(dialog, "Update 294 products").waitFor();
    await agree(page);
    await sending(page);
    // Three requests leave at once, and whichever came first is answered.
    await page.getByText(/^(100|94) of 294 products · batch 1 of 3/).waitFor();
    assert.match(await page.title(), /^3[14] % · Sending/);
    await it.api.release();

    const lines = await report(page);
    await heading(page, "294 products were updated").waitFor();
    assert.deepEqual(tally(lines), { changed: 294, unchanged: 1, "not sent": 6 });
    assert.deepEqual(lines.map((line) => line.line), rows.slice(1).map((_, index) => index + 2), "every product of the file, once");
    assert.match(lines.at(-1).details, /no product with this id/);
    await isTrue(lines, { api: it.api, before, wanted });
    const puts = await it.api.puts();
    assert.deepEqual(puts.map((put) => put.body.length).sort(), [100, 100, 94], "the least possible");
    await done();
  });

  test("and one line of it is the documented request", async () => {
    const { page, done } = await it.visit();
    const [product] = await it.api.products(1);
    const before = await it.api.state();
    const fields = { name: "Premium Voucher renewed", price: 120 };
    const file = it.files.write("one.csv", [
      ["Product ID", "Name", "Price", "Vouchers", "Voucher Expire Date"],
      [product._id, fields.name, fields.price, "VOUCHER-003", "2027-12-31T00:00:00.000Z"],
    ]);
    await connect(page, it.api);
    await send(page, file);
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 1 });
    await isTrue(lines, { api: it.api, before, wanted: { [product._id]: { ...fields, codes: ["VOUCHER-003"] } } });
    const puts = await it.api.puts();
    assert.deepEqual(puts.map((put) => put.body), [[
      { productID: product._id, ...fields, vouchers: ["VOUCHER-003"], voucherExpireDate: "2027-12-31T00:00:00.000Z" },
    ]]);
    assert.equal(puts[0].content_type ?? puts[0].contentType, "application/json");
    await done();
  });

  test("can be paused, and stopped: what was not sent is said to be not sent", async () => {
    const { page, done } = await it.visit();
    const { rows, wanted } = mixed(await it.api.products(220));
    const before = await it.api.state();
    await connect(page, it.api);
    await it.api.faults({ method: "PUT", times: 0, hold: true, fault: { kind: "pass" } });
    await send(page, it.files.write("many.csv", rows));
    await sending(page);
    await eventually(async () => assert.equal((await it.api.puts()).length, 2));
    await button(page, "Pause").click();
    await page.getByText(/^Paused\. /).waitFor();
    await it.api.release();
    await page.getByText(/^200 of 220 products · batch 2 of 4/).waitFor();
    await button(page, "Stop…").click();
    await page.getByRole("dialog").getByText("20 products will not be sent").waitFor();
    await button(page, "Stop sending").click();
    await heading(page, "The run was cancelled").waitFor();
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 200, "not sent": 20 });
    await isTrue(lines, { api: it.api, before, wanted });
    assert.equal((await it.api.puts()).length, 2);
    await done();
  });

  test("and what somebody else changed meanwhile is not written over unseen", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(2);
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, it.files.write("two.csv", raised(products)));
    await compare(page);
    await page.getByText(`${products[0].price}`, { exact: true }).first().waitFor();
    await button(page, "Back to the file").click();
    await it.api.edit(products[0]._id, { price: 777 });
    await compare(page);
    const card = page.getByRole("listitem").filter({ hasText: products[0]._id });
    await card.getByText("777").waitFor();
    await confirm(page);
    await reported(page);
    assert.equal((await it.api.state()).products.find((product) => product._id === products[0]._id).price, products[0].price + 1);
    await done();
  });

  test("a product that is there twice is not sent, as nobody knows which row would win", async () => {
    const { page, done } = await it.visit();
    const [first, second] = await it.api.products(2);
    const rows = raised([first, second]);
    await page.goto(`${it.api.url}/bulk`);
    await choose(page, it.files.write("twice.csv", [...rows, [first._id, "", 5]]));
    await heading(page, "1 of 2 products are ready").waitFor();
    await problem(page, 2).filter({ hasText: "is on line 4 as well" }).first().waitFor();
    await done();
  });
});

describe("a bad file gets a sentence and is not taken", () => {
  const header = "Product ID,Name\n";
  const cases = [
    ["empty.csv", "", "The file is empty."],
    ["picture.csv", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "This is not a CSV file but a picture."],
    ["wide.csv", Buffer.from(`\ufeff${header}`, "utf16le"), "The file has a header row and nothing below it"],
    ["nul.csv", `${header}${"\0".repeat(200)}\n`, "This is not a text: from line 2 on"],
    ["header.csv", header, "The file has a header row and nothing below it."],
    ["no id.csv", "Name,Price\nMug,5\n", "There is no column “Product ID”. The headers found are: “Name”, “Price”."],
    ["twice.csv", "Product ID,Name,name\n507f1f77bcf86cd799439011,a,b\n", "The column “Name” is there twice: as column 2 and as column 3."],
    ["book.csv", Buffer.from("504b0304140006000800", "hex"), /The workbook is damaged/],
  ];

  test("each in its own words", async () => {
    const { page, done } = await it.visit();
    await page.goto(`${it.api.url}/bulk`);
    for (const [name, contents, words] of cases) {
      await drop(page, it.files.write(name, contents));
      const note = page.getByRole("alert").filter({ hasText: new RegExp(`“${name}” could not be (taken|read)`) });
      await note.getByText(words).waitFor();
    }
    // A good one afterwards is taken.
    await drop(page, it.files.write("good.csv", `${header}507f1f77bcf86cd799439011,a\n`));
    await heading(page, "The product is ready").waitFor();
    await done();
  });

  test("two gigabytes are refused at once, and not read", async () => {
    const { page, done } = await it.visit();
    await page.goto(`${it.api.url}/bulk`);
    const large = it.files.write("large.csv", header);
    const handle = openSync(large, "r+");
    ftruncateSync(handle, 2 * 1024 ** 3);
    closeSync(handle);
    // Every way of reading a file is counted, on both sides.
    const count = () => {
      globalThis.reads = 0;
      for (const how of ["arrayBuffer", "text", "stream", "bytes"]) {
        const read = Blob.prototype[how];
        if (read) Blob.prototype[how] = function () {
          globalThis.reads += 1;
          return read.call(this);
        };
      }
    };
    await eventually(() => assert.equal(page.workers().length, 1));
    const sides = [page, page.workers()[0]];
    for (const side of sides) await side.evaluate(count);
    await choose(page, large);
    await page.getByText("The file is too large: 2048 MB, and at most 1024 MB are read.").waitFor();
    for (const side of sides) assert.equal(await side.evaluate(() => globalThis.reads), 0);
    // And the counting counts.
    await choose(page, it.files.write("good.csv", `${header}507f1f77bcf86cd799439011,a\n`));
    await heading(page, "The product is ready").waitFor();
    assert.notEqual(await sides[1].evaluate(() => globalThis.reads), 0);
    await done();
  });

  test("of ten files at once none is taken before one is chosen, and all are named", async () => {
    const { page, done } = await it.visit();
    await page.goto(`${it.api.url}/bulk`);
    const names = Array.from({ length: 10 }, (_, n) => `file ${n}.csv`);
    await drop(page, ...names.map((name) => it.files.write(name, `${header}507f1f77bcf86cd799439011,a\n`)));
    await page.getByRole("heading", { name: "One file at a time: which of these 10?" }).waitFor();
    for (const name of names) await button(page, `Open ${name}`).waitFor();
    await heading(page, "Update products from a file").waitFor();
    await button(page, "Open file 7.csv").click();
    await heading(page, "The product is ready").waitFor();
    await page.getByText("file 7.csv").first().waitFor();
    await done();
  });

  test("damaged rows are listed at their lines and never sent", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(6);
    const before = await it.api.state();
    const line = (product, name) => `${product._id},${name},${product.price + 1}`;
    const text = [
      "Product ID,Name,Price",
      line(products[0], ""),
      line(products[1], '5" disc'),
      line(products[2], '"b"c'),
      `${products[3]._id},ragged`,
      line(products[4], ""),
      `${products[5]._id},"never closed,1`,
    ].join("\n");
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, it.files.write("damaged.csv", text));
    await heading(page, "2 of 6 products are ready").waitFor();
    for (const line of [3, 4, 5, 7]) await problem(page, line).first().waitFor();
    await compare(page);
    await confirm(page);
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 2, "not sent": 4 });
    const sent = [products[0], products[4]];
    await isTrue(lines, { api: it.api, before, wanted: raisedBy(sent) });
    const asked = (await it.api.puts()).flatMap((put) => put.body.map((item) => item.productID));
    assert.deepEqual(asked, sent.map((product) => product._id));
    await done();
  });
});
