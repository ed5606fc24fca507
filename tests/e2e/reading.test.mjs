// Files as people have them: recognised, read otherwise, mapped, asked about, pasted, from a workbook, and gone on with after a reload.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { agree, button, choose, compare, connect, eventually, heading, isAccessible, setting, toBulk } from "./journey.mjs";
import { root, test } from "./support.mjs";

const it = setting();
const id = (n) => `507f1f77bcf86cd7994390${String(n).padStart(2, "0")}`;
const narrow = { viewport: { width: 390, height: 844 } };

/** A file with these bytes. */
function bytes(name, buffer) {
  const path = join(it.files.path, name);
  writeFileSync(path, buffer);
  return path;
}

const ansi = (text) => Buffer.from(text, "latin1");
const utf16 = (text) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
const file = (name, text) => bytes(name, Buffer.from(text));

/** Without a connection: a file can be checked all the same. */
async function bulk(page) {
  await page.goto(`${it.api.url}/bulk`);
  await heading(page, "Update products from a file").waitFor();
}

const tab = (page, name) => page.getByRole("tab", { name: new RegExp(`^${name} `) });
const unfold = (page) => page.getByText("Look at it, or choose otherwise", { exact: true }).click();
const preview = (page) => page.getByRole("region", { name: "The first rows" });
const columns = (page) => page.getByRole("region", { name: "Columns of the file" });
/** What the page shows of how the file is written. */
const written = (page) => page.getByRole("definition").first();

/** Both widths, both themes. */
async function looksRight(page, name) {
  const size = page.viewportSize();
  for (const viewport of [{ width: 1280, height: 800 }, narrow.viewport]) {
    await page.setViewportSize(viewport);
    await isAccessible(page, name);
  }
  await page.setViewportSize(size);
}

describe("how a file is read", () => {
  test("a German spreadsheet's file, from semicolons and decimal commas to the comparison", async () => {
    const { page, done } = await it.visit();
    const [one, two, three] = await it.api.products(3);
    const rows = [
      "Product ID;Name;Price;Discount Enabled;Discount Price;Discount Start Date;Discount End Date",
      `${one._id};Gutschein „Größe“;1.234,50;true;9,90;01.02.2027;03.04.2027`,
      `${two._id};Überraschung;99,95;true;8,50;02.02.2027;04.05.2027`,
      `${three._id};Äpfel;12,00;true;7,25;28.02.2027;05.06.2027`,
    ];
    const text = rows.join("\r\n").replaceAll("„", "\x84").replaceAll("“", "\x93");
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, bytes("Preise März.csv", ansi(`${text}\r\n`)));
    await heading(page, /of 3 products are ready/).waitFor();
    await page.getByText("Windows-1252 (Western European), semicolons").waitFor();

    // Of one column its own cells leave the order open, so that it is asked about, with both readings side by side.
    const question = page.getByRole("group", { name: /^Discount End Date: 3 dates can be read in more than one way/ });
    await question.getByText("3 April 2027, 00:00 UTC").waitFor();
    await question.getByText("4 March 2027, 00:00 UTC").waitFor();
    assert.equal(await button(question, "Use this answer").isDisabled(), true, "nothing is chosen beforehand");
    await looksRight(page, "reading-question");
    await question.getByLabel(/^Day, month, year/).check();
    await button(question, "Use this answer").click();
    await heading(page, "All 3 products are ready").waitFor();
    await question.waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1", "the focus is on what has changed");

    // The others were settled by their cells, which is said, and can be chosen otherwise.
    const settled = (name) => page.getByRole("listitem").filter({ hasText: new RegExp(`^${name} `) });
    await settled("Price").getByText(/with a decimal comma: \d+ cells can only be read so/).waitFor();
    await settled("Discount Start Date").getByText(/the day before the month: .* such as “28\.02\.2027”/).waitFor();
    await button(page, "Change how Discount Start Date is read").click();
    const again = page.getByRole("group", { name: /^Discount Start Date: .*dates/ });
    await again.getByLabel(/^Day, month, year/).check();
    await again.getByLabel("Dates without a time zone are by").selectOption({ label: "UTC+02:00" });
    await looksRight(page, "reading-settled");
    await button(again, "Use this answer").click();
    await again.waitFor({ state: "detached" });

    await compare(page);
    const card = page.getByRole("listitem").filter({ hasText: one._id });
    const words = (await card.innerText()).replace(/\s+/g, " ");
    assert.match(words, /Gutschein „Größe“/);
    assert.match(words, /1234\.5/);
    assert.match(words, /2027-01-31T22:00:00/);
    assert.match(words, /2027-04-03T00:00:00/);
    await done();
  });

  test("UTF-16, as Excel saves Unicode text", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    await choose(page, bytes("unicode.TXT", utf16(`Product ID\tName\tPrice\r\n${id(1)}\tТовар 😀\t5\r\n${id(2)}\tκαφές\t6\r\n`)));
    await heading(page, "All 2 products are ready").waitFor();
    await page.getByText("UTF-16 (low byte first), tabs").waitFor();
    await unfold(page);
    await preview(page).getByText("Товар 😀").waitFor();
    await looksRight(page, "reading-utf16");
    await done();
  });

  test("a wrong guess is put right by one press, and that by one more", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    // By its bytes this is UTF-8; it was Windows-1252.
    await choose(page, bytes("guess.csv", ansi(`Product ID,Name,Price\r\n${id(1)},Caf\xe9,5\r\n${id(2)},Z\xfcrich,6\r\n`)));
    await heading(page, "All 2 products are ready").waitFor();
    await unfold(page);
    await preview(page).getByText("Zürich").waitFor();
    await button(page, "Read it so: Read as UTF-8.").click();
    await heading(page, /damaged|No product|of 2|The file/).waitFor();
    await eventually(async () => assert.match(await written(page).innerText(), /^UTF-8/));
    await page.getByText("You chose it").waitFor();
    await unfold(page);
    await button(page, "Find out again").click();
    await heading(page, "All 2 products are ready").waitFor();
    await eventually(async () => assert.match(await written(page).innerText(), /^Windows-1252/));
    await done();
  });

  test("every choice shows its preview before anything is read so", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    await choose(page, file("choices.csv", `Product ID,Name,Price\n${id(1)},a;b,5\n${id(2)},c;d,6\n`));
    await heading(page, "All 2 products are ready").waitFor();
    await unfold(page);
    await page.getByLabel("Cells are separated by").selectOption({ label: "Semicolons  ;" });
    await preview(page).getByRole("cell", { name: `${id(1)},a` }).waitFor();
    await page.getByText("Nothing is changed yet: this is how it would be read.").waitFor();
    await looksRight(page, "reading-preview");
    await button(page, "Back to how it is read").click();
    await preview(page).getByRole("cell", { name: "a;b" }).waitFor();
    await page.getByLabel("Cells are separated by").selectOption({ label: "Semicolons  ;" });
    await button(page, "Read it so").click();

    // Now no column is the product id: the file is kept, and can be read otherwise.
    await heading(page, "The file could not be read").waitFor();
    await page.getByRole("alert").getByText(/“choices.csv” could not be read/).waitFor();
    await looksRight(page, "reading-unread");
    await button(page, "Find out again").click();
    await heading(page, "All 2 products are ready").waitFor();
    await done();
  });

  test("no header row at all, title rows above and a footer below", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    await choose(page, file("bare.csv", `${id(1)},Mug,5\n${id(2)},Cup,6\n`));
    // Which column is the id is found by its cells; what the others are nobody can know.
    await heading(page, /products|file/).waitFor();
    await eventually(async () => assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /ready|could not be read|No product/));
    await page.getByRole("row", { name: /^1\. / }).first().waitFor({ timeout: 2000 }).catch(() => tab(page, "Columns").click());
    const selects = columns(page).getByRole("combobox");
    await selects.nth(1).selectOption({ label: "Name" });
    await selects.nth(2).selectOption({ label: "Price" });
    await eventually(async () => assert.match(await page.getByText(/columns? would count as another/).innerText(), /./));
    await looksRight(page, "reading-no-header");
    await button(page, "Use these columns").click();
    await heading(page, "All 2 products are ready").waitFor();
    await tab(page, "Rows").click();
    await page.getByRole("gridcell", { name: "Mug" }).waitFor();
    await button(page, "Choose another file").click();

    await choose(page, file("titled.csv", `Price list 2027,,\n,,\nProduct ID,Name,Price\n${id(1)},Mug,5\n${id(2)},Cup,6\n\nTotal: 2 products\n`));
    await heading(page, "All 2 products are ready").waitFor();
    await unfold(page);
    await page.getByText(/above it, a title perhaps:/).waitFor();
    await page.getByText(/a footer perhaps:/).waitFor();
    await eventually(async () => assert.equal(await page.getByLabel("Lines above that are not read").inputValue(), "2"));
    await looksRight(page, "reading-parts");
    // Whoever knows better says so: then the line is a row with too few cells, and no longer passed over.
    await page.getByLabel("What stands below the table").selectOption({ label: "Is read: they are rows like the others" });
    await button(page, "Read it so").click();
    await page.getByText(/nothing below set aside/).waitFor();
    await page.getByText("1 damaged row set aside").first().waitFor();
    await unfold(page);
    assert.equal(await page.getByText(/a footer perhaps:/).count(), 0);
    await done();
  });
});

describe("which column is which", () => {
  test("a guess confirmed, a clash settled, and both remembered for the next file", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    const rows = (price) => `Product ID,Discription,Price,price,Stocks\n${id(1)},A mug,${price},7,3\n${id(2)},A cup,${price},8,4\n`;
    await choose(page, file("clash.csv", rows(5)));
    await heading(page, "The file could not be read").waitFor();
    await page.getByText("Columns 3 “Price” and 4 “price” both mean “Price”.").waitFor();
    await looksRight(page, "mapping-clash");
    await button(page, "Column 4, “price”, counts as Price").click();
    await button(page, "Yes, Discription is Description").click();
    await page.getByText(/3 columns would count as another/).waitFor();
    await button(page, "Use these columns").click();
    await heading(page, "All 2 products are ready").waitFor();
    await tab(page, "Columns").click();
    await columns(page).getByRole("row", { name: /Discription/ }).getByText("You said so").waitFor();
    await columns(page).getByRole("row", { name: /Stocks/ }).getByText(/Only for reading \(how many vouchers are left\): ignored/).waitFor();
    await looksRight(page, "mapping-panel");
    await button(page, "Choose another file").click();

    // Only of headers that are not the same something is remembered.
    const guessed = (name, price) => file(name, `Product ID,Discription,Price\n${id(1)},A mug,${price}\n${id(2)},A cup,${price}\n`);
    await choose(page, guessed("first.csv", 5));
    await page.getByText("1 column is not used until you say what it is").waitFor();
    await looksRight(page, "mapping-guess");
    await button(page, "Yes, Discription is Description").first().click();
    await button(page, "Use these answers").click();
    await page.getByText("1 column is not used until you say what it is").waitFor({ state: "detached" });
    await heading(page, "All 2 products are ready").waitFor();
    await button(page, "Choose another file").click();
    await choose(page, guessed("second.csv", 6));
    await heading(page, "All 2 products are ready").waitFor();
    await tab(page, "Columns").click();
    await columns(page).getByRole("row", { name: /Discription/ }).getByText("You said so").waitFor();
    const kept = await page.evaluate(() => localStorage.getItem("storekeeper.headers"));
    assert.match(kept, /^[0-9a-f]{16}\tdiscription=Description$/, "names alone, no cells");
    await button(page, "Forget them").click();
    assert.equal(await page.evaluate(() => localStorage.getItem("storekeeper.headers")), null);
    await done();
  });
});

describe("other ways in", () => {
  test("cells pasted onto the page, and into the field", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    const cells = `Product ID\tName\tPrice\n${id(1)}\t"two\nlines"\t5\n${id(2)}\tCup\t6\n`;
    const paste = (text) => page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }, text);
    await paste(cells);
    await heading(page, "All 2 products are ready").waitFor();
    await page.getByText("pasted cells", { exact: true }).waitFor();
    await button(page, "Choose another file").click();

    await button(page, "Paste cells…").click();
    const dialog = page.getByRole("dialog", { name: "Paste cells" });
    assert.equal(await button(dialog, "Read these cells").isDisabled(), true);
    await looksRight(page, "paste");
    await dialog.getByLabel("Cells, with their headers in the first row").fill(cells);
    await button(dialog, "Read these cells").click();
    await heading(page, "All 2 products are ready").waitFor();
    await done();
  });

  test("several files at once: one of them is taken", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    const one = (name, n) => file(name, `Product ID,Price\n${id(n)},5\n`);
    await choose(page, one("first.csv", 1), one("second.csv", 2));
    await page.getByRole("heading", { name: "One file at a time: which of these 2?" }).waitFor();
    await looksRight(page, "several-files");
    await button(page, "Open second.csv").click();
    await heading(page, "The product is ready").waitFor();
    await page.getByText("second.csv").first().waitFor();
    await done();
  });

  test("a workbook, whose sheet is chosen", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    const workbook = (name) => readFileSync(join(root, "tests/cases/workbook", `${name}.xlsx`));
    await choose(page, bytes("one sheet.XLSX", workbook("openpyxl-table")));
    await heading(page, /products?/).waitFor();
    await page.getByText(/the sheet “/).waitFor();
    await button(page, "Choose another file").click();
    await choose(page, bytes("sheets.dat", workbook("openpyxl-sheets")));
    await page.getByRole("heading", { name: "Which sheet of “sheets.dat”?" }).waitFor();
    await looksRight(page, "sheets");
    await page.getByRole("button", { name: /^Open the sheet / }).and(page.locator(":enabled")).first().click();
    await heading(page, /products?|could not be read/).waitFor();
    await done();
  });
});

describe("nothing is lost by a reload", () => {
  const kept = (page) => page.getByText("Kept in this browser, also past a reload, until it is sent.").waitFor();

  test("in the middle of fixing: the file, its changes and its answers come back", async () => {
    const { page, done } = await it.visit();
    await bulk(page);
    await choose(page, file("fixing.csv", `Product ID,Name,Price,Vouchers,Voucher Expire Date\n${id(1)},Mug,12O,SECRET-CODE-1,2031-01-01T00:00:00Z\n${id(2)},Cup,6,,\n`));
    await heading(page, "1 of 2 products are ready").waitFor();
    await fix(page);
    await heading(page, "All 2 products are ready").waitFor();
    await kept(page);
    await page.waitForTimeout(800);

    await page.reload();
    await heading(page, "Update products from a file").waitFor();
    const offer = page.getByRole("region", { name: "Go on where you were" });
    await offer.getByText(/fixing\.csv · 1 change, today \d\d:\d\d/).waitFor();
    await looksRight(page, "offer");
    await button(offer, "Go on with it").click();
    await heading(page, "All 2 products are ready").waitFor();
    await page.getByText("Your change is back.").waitFor();
    await looksRight(page, "restored");

    // Reading it otherwise would lose the change: that is asked first.
    await unfold(page);
    await page.getByRole("button", { name: /^Read it so: / }).first().click();
    const dialog = page.getByRole("dialog", { name: "Lose 1 change?" });
    await looksRight(page, "lose");
    await button(dialog, "Keep the changes").click();

    // One press forgets all of it, the codes too.
    assert.ok(await holds(page, "SECRET-CODE-1"), "the file is kept");
    await button(page, "Choose another file").click();
    await button(page, "Forget it").click();
    await eventually(async () => assert.ok(!(await holds(page, "SECRET-CODE-1"))));
    await page.reload();
    await heading(page, "Update products from a file").waitFor();
    await page.waitForTimeout(300);
    assert.equal(await page.getByRole("region", { name: "Go on where you were" }).count(), 0);
    await done();
  });

  test("what was sent is kept no longer, and codes stand in no address and no storage of text", async () => {
    const { page, done } = await it.visit();
    const [product] = await it.api.products(1);
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, file("codes.csv", `Product ID,Price,Vouchers,Voucher Expire Date\n${product._id},${product.price + 1},SECRET-CODE-2,2031-01-01T00:00:00Z\n`));
    await heading(page, "The product is ready").waitFor();
    await kept(page);
    assert.ok(await holds(page, "SECRET-CODE-2"));
    assert.ok(!(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]))).includes("SECRET-CODE"));
    await compare(page);
    await button(page, "Go on to confirm…").click();
    await agree(page);
    await page.getByRole("heading", { name: "Every product of the file" }).waitFor();
    await eventually(async () => assert.ok(!(await holds(page, "SECRET-CODE-2"))));
    await done();
  });
});

/** The wrong price is put right in the grid. */
async function fix(page) {
  await tab(page, "Rows").click();
  const cell = page.getByRole("grid", { name: "Rows of the file" }).locator('[data-row="0"] [data-col="3"]');
  await cell.filter({ hasText: "12O" }).click();
  await page.keyboard.type("120");
  await page.keyboard.press("Enter");
}

/** Whether the page's database holds this text. */
function holds(page, text) {
  return page.evaluate(async (text) => {
    const result = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
    const database = await result(indexedDB.open("storekeeper-file"));
    let found = false;
    for (const name of database.objectStoreNames) {
      for (const record of await result(database.transaction(name).objectStore(name).getAll())) {
        if (record.body instanceof Blob) found ||= (await record.body.text()).includes(text);
        if (record.bytes) found ||= new TextDecoder("latin1").decode(record.bytes).includes(text);
      }
    }
    database.close();
    return found;
  }, text);
}
