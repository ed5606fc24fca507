// The checked file as a grid: put right by keyboard, by paste, by replacing and by whole columns; sorted, sifted, undone; left out;
// its problems taken home as a file and brought back; and large.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { button, choose, compare, confirm, connect, drop, eventually, heading, isAccessible, isTrue, raised, raisedBy, readCsv, report, setting, tabTo, tally, toBulk } from "./journey.mjs";
import { program, shot, test } from "./support.mjs";

const it = setting();

const grid = (page) => page.getByRole("grid", { name: "Rows of the file" });

/** A cell by the index of its row and of its column (0 is the line number). */
const cell = (page, row, column) => grid(page).locator(`[data-row="${row}"] [data-col="${column}"]`);

/** Where the focus is: row, column and text; nothing outside the grid. */
const at = (page) =>
  page.evaluate(() => {
    const here = document.activeElement?.closest("[data-col]");
    return here && [Number(here.parentElement.dataset.row), Number(here.dataset.col), here.textContent];
  });

const isAt = (page, row, column, text) =>
  eventually(async () => {
    const here = await at(page);
    assert.deepEqual(here?.slice(0, 2), [row, column]);
    if (text !== undefined) assert.equal(here[2], text);
  });

const said = (page, words) => page.locator("#grid-said").filter({ hasText: words }).waitFor();

/** What the cell with the focus is said to be, besides its text. */
const described = (page) => page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-describedby"))?.textContent ?? "");

async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** Keys pressed faster than anything can be answered. */
const atOnce = (page, ...keys) =>
  page.evaluate((keys) => {
    const here = document.activeElement;
    for (const key of keys) here.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }, keys);

/** Opens a file and its grid. */
async function open(page, file, name) {
  await connect(page, it.api);
  await toBulk(page);
  await choose(page, file);
  await heading(page, name).waitFor();
  await toRows(page);
}

async function toRows(page) {
  const tab = page.getByRole("tab", { name: /^Rows/ });
  if ((await tab.getAttribute("aria-selected")) === "false") await tab.click();
  await cell(page, 0, 1).filter({ hasText: /\S/ }).waitFor();
}

const texts = async (page, column, rows) => {
  const found = [];
  for (let row = 0; row < rows; row += 1) found.push(await cell(page, row, column).textContent());
  return found;
};

/** The whole table as the engine has it, read through the clipboard. */
async function everything(page) {
  await page.evaluate(() => navigator.clipboard.writeText("-"));
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+c");
  return eventually(async () => {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.notEqual(text, "-");
    return text;
  });
}

const clipboard = { permissions: ["clipboard-read", "clipboard-write"] };

describe("the grid", () => {
  test("takes a wrong file by keyboard alone to the comparison", async () => {
    const { page, done } = await it.visit();
    const rows = raised(await it.api.products(8));
    rows[0].push("Discount Enabled");
    for (const row of rows.slice(1)) row.push("");
    rows[2][2] = "12O";
    rows[5][3] = "perhaps";
    rows[7][0] = "not an id";
    const id = raised(await it.api.products(8))[7][0];
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, it.files.write("wrong.csv", rows));
    await heading(page, "5 of 8 products are ready").waitFor();

    await tabTo(page, "tab", /^Problems/);
    await press(page, "ArrowRight");
    await cell(page, 0, 1).filter({ hasText: /\S/ }).waitFor();
    await tabTo(page, "gridcell");
    await isAt(page, 0, 1);
    // One stop: the next tab leaves the grid.
    await press(page, "Tab");
    assert.equal(await at(page), null);
    await press(page, "Shift+Tab");
    await isAt(page, 0, 1);

    // Problem by problem: typed over, chosen from the words, pasted into the open field.
    await press(page, "F8");
    await isAt(page, 1, 3, "12O");
    assert.match(await described(page), /^Error: /);
    await page.keyboard.type("120");
    await press(page, "Enter");
    await isAt(page, 2, 3);
    await said(page, /6 products are ready, 2 not\.$/);
    await heading(page, "6 of 8 products are ready").waitFor();
    await press(page, "F8");
    await isAt(page, 4, 4, "perhaps");
    await press(page, "F2");
    const field = page.getByRole("combobox", { name: "Discount Enabled, line 6" });
    await eventually(async () => assert.equal(await field.inputValue(), "perhaps", "the wrong text is there to be seen"));
    await press(page, "ArrowDown", "ArrowDown", "Enter");
    await said(page, /7 products are ready, 1 not\.$/);
    await eventually(async () => assert.equal(await cell(page, 4, 4).textContent(), "false"));
    await press(page, "Shift+F8");
    await isAt(page, 6, 1, "not an id");
    await press(page, "Enter");
    await page.getByRole("textbox", { name: "Product ID, line 8" }).waitFor();
    await page.keyboard.insertText("no");
    await press(page, "Escape");
    await isAt(page, 6, 1, "not an id");
    await page.keyboard.type(`${id}`);
    await press(page, "Tab");
    await isAt(page, 6, 2);
    await said(page, "All 8 products are ready.");
    await press(page, "F8");
    await said(page, "No problem is left in these rows.");

    await tabTo(page, "button", /^Compare with the live store/, "Shift+Tab");
    await press(page, "Enter");
    await heading(page, / will change$/).waitFor();
    await done();
  });

  test("types damaged rows anew by keyboard alone, past a reload, and sends them", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(5);
    const before = await it.api.state();
    const [first, second, third, fourth, fifth] = products.map((product) => product._id);
    const price = (at) => products[at].price + 1;
    const text = [
      "Product ID,Name,Price",
      `${first},,${price(0)}`,
      `${second},"5" disc,${price(1)}`,
      `${third},${price(2)}`,
      `${fourth},"two`,
      `lines" x,${price(3)}`,
      `${fifth},,${price(4)}`,
      "",
    ].join("\n");
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, it.files.write("damaged.csv", text));
    await heading(page, "2 of 5 products are ready").waitFor();
    await tabTo(page, "tab", /^Problems/);
    await press(page, "ArrowRight");
    await cell(page, 0, 1).filter({ hasText: /\S/ }).waitFor();
    await tabTo(page, "gridcell");

    // The text is there with the place of the damage, and what is typed is judged at once.
    await press(page, "F8");
    await isAt(page, 1, 0);
    assert.match(await described(page), /type its text anew/);
    await press(page, "F2");
    const field = (line) => page.getByRole("textbox", { name: `Text of the damaged row, line ${line}` });
    const told = page.locator("#grid-retyping-help");
    await eventually(async () => assert.equal(await field(3).inputValue(), `${second},"5" disc,${price(1)}`));
    await told.filter({ hasText: "Text after a closing quote, at character 29." }).waitFor();
    assert.equal(await field(3).evaluate((field) => field.selectionStart), 28, "the caret stands where the damage is");
    await isAccessible(page, "a damaged row typed anew");
    await page.keyboard.insertText(" ");
    await press(page, "Enter");
    await said(page, /^Text after a closing quote, at character 29\./);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(`${second},"5"" disc"`);
    await told.filter({ hasText: "The row has 2 cells, and 3 are needed." }).waitFor();
    await page.keyboard.insertText(`,${price(1)}`);
    await told.filter({ hasText: "This is one row." }).waitFor();
    await press(page, "Enter");
    await said(page, /^Put a damaged row right\. 3 products are ready, 2 not\.$/);
    await isAt(page, 1, 1, second);
    await eventually(async () => assert.equal(await cell(page, 1, 2).textContent(), '5" disc'));

    // Escape leaves it as it was; a row may become two; undo gives the damaged one back.
    await press(page, "F8", "Enter");
    await field(4).waitFor();
    await page.keyboard.insertText("nothing");
    await press(page, "Escape");
    await isAt(page, 2, 1);
    await eventually(async () => assert.match(await cell(page, 2, 1).textContent(), /^Damaged: /));
    await press(page, "F2");
    await field(4).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(`${third},,${price(2)}`);
    await press(page, "Shift+Enter");
    await page.keyboard.insertText(`${first},,1`);
    await told.filter({ hasText: "These are 2 rows." }).waitFor();
    await press(page, "Enter");
    await said(page, /^Made 2 rows of a damaged one\. 3 products are ready, 2 not\.$/);
    await eventually(async () => assert.equal(await grid(page).getAttribute("aria-rowcount"), "7"));
    await press(page, "Control+z");
    await said(page, /^Taken back: Made 2 rows of a damaged one\. 3 products are ready, 2 not\.$/);
    await isAt(page, 2, 1);
    await press(page, "F2");
    await field(4).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(`${third},,${price(2)}`);
    await press(page, "Enter");
    await said(page, /^Put a damaged row right\. 4 products are ready, 1 not\.$/);

    // What was put right is there after a reload.
    await page.getByText("Kept in this browser, also past a reload, until it is sent.").waitFor();
    await page.waitForTimeout(800);
    await page.reload();
    await connect(page, it.api);
    await toBulk(page);
    await page.getByText(/damaged\.csv · 2 changes, today/).waitFor();
    await button(page, "Go on with it").press("Enter");
    await heading(page, "4 of 5 products are ready").waitFor();
    await toRows(page);
    await tabTo(page, "gridcell");
    await press(page, "F8", "F2");
    await eventually(async () => assert.equal(await field(5).inputValue(), `${fourth},"two\nlines" x,${price(3)}`));
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(`${fourth},,${price(3)}`);
    await press(page, "Enter");
    await said(page, "All 5 products are ready.");

    await tabTo(page, "button", /^Compare with the live store/, "Shift+Tab");
    await press(page, "Enter");
    await heading(page, / will change$/).waitFor();
    await confirm(page);
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 5 });
    const wanted = raisedBy(products);
    wanted[second].name = '5" disc';
    await isTrue(lines, { api: it.api, before, wanted });
    await done();
  });

  test("does what is pressed before a jump has arrived where it arrives", async () => {
    const { page, done } = await it.visit();
    const ids = (await it.api.products(4)).map((product) => product._id);
    const prices = ["1", "wrong", "worse", "2"];
    const rows = [["Product ID", "Name", "Price"], ...ids.map((id, n) => [id, `Name ${n}`, prices[n]])];
    await open(page, it.files.write("two.csv", rows), "2 of 4 products are ready");
    await cell(page, 0, 2).click();
    await isAt(page, 0, 2);
    await atOnce(page, "F8", "Delete");
    await said(page, /3 products are ready, 1 not\.$/);
    await isAt(page, 1, 3, "");
    await atOnce(page, "F8", "7", "5", "Delete");
    const field = page.getByRole("textbox", { name: "Price, line 4" });
    await eventually(async () => assert.equal(await field.inputValue(), "75"));
    await press(page, "Enter");
    await said(page, "All 4 products are ready.");
    await isAt(page, 3, 3);
    // What is taken back is gone to as well, and what is pressed then is done there.
    await atOnce(page, "ArrowUp", "ArrowUp", "ArrowUp");
    await page.evaluate(() => {
      const here = document.activeElement;
      for (const init of [{ key: "z", ctrlKey: true }, { key: "ArrowLeft" }, { key: "ArrowLeft" }, { key: "ArrowRight" }, { key: "Delete" }])
        here.dispatchEvent(new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true }));
    });
    await isAt(page, 2, 2, "");
    await eventually(async () => assert.deepEqual(await texts(page, 2, 4), ["Name 0", "Name 1", "", "Name 3"]));
    await eventually(async () => assert.deepEqual(await texts(page, 3, 4), ["1", "", "worse", "2"]));
    await done();
  });

  test("gives back what was typed where the rows moved meanwhile", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(4);
    const [first, second, third, fourth] = products.map((product) => product._id);
    const price = (at) => products[at].price + 1;
    const text = ["Product ID,Name,Price", `${first},"5" disc,${price(0)}`, `${second},B,${price(1)}`, `${third},C,${price(2)}`, ""].join("\n");
    await open(page, it.files.write("moving.csv", text), "2 of 3 products are ready");
    await cell(page, 0, 1).click();
    await press(page, "F2");
    await page.getByRole("textbox", { name: "Text of the damaged row, line 2" }).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(`${first},A,${price(0)}`);
    await press(page, "Shift+Enter");
    await page.keyboard.insertText(`${fourth},D,${price(3)}`);
    await page.locator("#grid-retyping-help").filter({ hasText: "These are 2 rows." }).waitFor();
    await press(page, "Enter");
    await said(page, "Made 2 rows of a damaged one. All 4 products are ready.");

    // While a name is typed, the two rows become the damaged one again, and all below move up.
    await cell(page, 2, 2).dblclick();
    const field = page.getByRole("textbox", { name: "Name, line 3" });
    await field.fill("typed in vain");
    await grid(page).evaluate((grid) => {
      const here = grid.querySelector("[role=gridcell]");
      here.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true, cancelable: true }));
    });
    const alert = page.getByRole("alert").filter({ hasText: "The rows had just moved, so nothing was changed." });
    await alert.filter({ hasText: "Look where the row stands now, and do it there. The text was: “typed in vain”" }).waitFor();
    await eventually(async () => assert.equal(await grid(page).getAttribute("aria-rowcount"), "4"));
    for (const [row, name] of [[1, "B"], [2, "C"]]) await cell(page, row, 2).filter({ hasText: name }).waitFor();
    await shot(page, "grid-refused");
    await isAccessible(page, "a change refused as the rows had moved");
    await done();
  });

  test("moves and selects by the grid pattern", async () => {
    const { page, done } = await it.visit({ viewport: { width: 900, height: 700 } });
    const columns = ["Product ID", "Name", "Description", "Image", "Price", "Category Name", "Discount Enabled", "Discount Price", "Archived", "Vouchers"];
    const rows = [columns, ...Array.from({ length: 300 }, (_, n) => columns.map((_, column) => (column ? "" : n.toString(16).padStart(24, "0"))))];
    await open(page, it.files.write("long.csv", rows), /ready$/);
    await eventually(async () => assert.equal(await grid(page).getAttribute("aria-rowcount"), "301"));
    await eventually(async () => assert.equal(await grid(page).getAttribute("aria-colcount"), "11"));
    await cell(page, 0, 1).click();
    await isAt(page, 0, 1);
    await press(page, "Control+End");
    await isAt(page, 299, 10);
    await eventually(async () => assert.equal(await cell(page, 299, 10).getAttribute("aria-colindex"), "11"));
    await eventually(async () => assert.equal(await cell(page, 299, 1).locator("xpath=..").getAttribute("aria-rowindex"), "301"));
    await press(page, "Home");
    await isAt(page, 299, 0);
    await press(page, "Control+Home", "ArrowRight", "PageDown");
    const [down] = await at(page);
    assert.ok(down > 5 && down < 40, `a screen down is ${down} rows`);
    await press(page, "PageUp");
    await isAt(page, 0, 1);
    await press(page, "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight");
    await eventually(async () => assert.equal(await grid(page).locator("[aria-selected=true]").count(), 6));
    await page.getByText("3 × 2 cells selected").waitFor();
    await press(page, "Escape");
    await eventually(async () => assert.equal(await grid(page).locator("[aria-selected=true]").count(), 1));
    // The mouse drags a rectangle too.
    await cell(page, 3, 1).hover();
    await page.mouse.down();
    await cell(page, 6, 2).hover();
    await page.mouse.up();
    await page.getByText("4 × 2 cells selected").waitFor();
    // Who scrolls away keeps the focus, and goes on from it.
    await page.locator(".grid-box").evaluate((box) => (box.scrollTop = 8_000));
    await cell(page, 240, 1).waitFor();
    await press(page, "ArrowDown");
    await isAt(page, 7, 2);
    // The header: up from the first row, widths by keys, back by a double click.
    await press(page, "Control+ArrowUp", "ArrowUp");
    await isAt(page, -1, 2);
    const width = () => page.locator("#grid-head-2").evaluate((head) => head.getBoundingClientRect().width);
    const before = await width();
    await press(page, "F2", "ArrowRight", "ArrowRight");
    assert.equal(await width(), before + 32);
    await eventually(async () => assert.equal(await page.locator("#grid-edge-2").getAttribute("aria-valuenow"), `${before + 32}`));
    await press(page, "Escape");
    await isAt(page, -1, 2);
    await page.locator("#grid-edge-2").dblclick();
    assert.equal(await width(), before);
    await press(page, "?");
    const keys = page.getByRole("dialog", { name: "Keys of the grid" });
    await keys.waitFor();
    assert.ok(await keys.evaluate((sheet) => sheet.scrollHeight > sheet.clientHeight && sheet.scrollTop === 0), "it opens at its top");
    await press(page, "Escape");
    await page.getByLabel("Search the rows").fill("where?");
    await page.getByText("No row holds “where?”.").waitFor();
    assert.equal(await page.getByRole("dialog").count(), 0, "a letter typed into a field is no command");
    await done();
  });

  test("pastes what a spreadsheet copied, cuts, fills down, and undoes each", async () => {
    const { page, done } = await it.visit(clipboard);
    const rows = raised(await it.api.products(8));
    await open(page, it.files.write("paste.csv", rows), /ready$/);
    const before = await texts(page, 3, 8);
    await cell(page, 1, 2).click();
    await page.evaluate(() => navigator.clipboard.writeText('Mug "blue"\t11\r\n"Line one\nline two"\t12\r\n'));
    await press(page, "Control+v");
    await said(page, "Pasted 4 cells");
    await cell(page, 1, 3).filter({ hasText: /^11$/ }).waitFor();
    await eventually(async () => assert.equal(await cell(page, 2, 3).textContent(), "12"));
    await eventually(async () => assert.match(await cell(page, 2, 2).textContent(), /Line one\s+line two/));
    await eventually(async () => assert.match(await cell(page, 1, 2).getAttribute("class"), /cell-edited/));
    // A block copied is the block pasted, quotes, line breaks and all.
    await cell(page, 1, 2).click();
    await press(page, "Shift+ArrowDown", "Shift+ArrowRight", "Control+c");
    await said(page, "Copied 4 cells.");
    assert.equal((await page.evaluate(() => navigator.clipboard.readText())).replace(/\r\n|\n(?=[^"]*$)/g, "\n").trim().split("\t").length, 3);
    await cell(page, 5, 2).click();
    await press(page, "Control+v");
    await cell(page, 6, 3).filter({ hasText: /^12$/ }).waitFor();
    await eventually(async () => assert.equal(await cell(page, 6, 2).textContent(), await cell(page, 2, 2).textContent()));
    // Beyond the last row nothing is pasted, and it is said.
    await cell(page, 7, 3).click();
    await press(page, "Control+v");
    await said(page, /did not fit/);
    await press(page, "Control+z");
    // Cut, fill down.
    await cell(page, 0, 3).click();
    await press(page, "Control+x");
    await cell(page, 0, 3).filter({ hasText: /^$/ }).waitFor();
    await cell(page, 2, 3).click();
    await press(page, "Shift+ArrowDown", "Shift+ArrowDown", "Control+d");
    await eventually(async () => assert.deepEqual((await texts(page, 3, 5)).slice(2), ["12", "12", "12"]));
    for (let step = 0; step < 4; step += 1) await press(page, "Control+z");
    await eventually(async () => assert.deepEqual(await texts(page, 3, 8), before));
    assert.ok(await page.getByRole("button", { name: /^Undo/ }).isDisabled());
    for (let step = 0; step < 4; step += 1) await press(page, "Control+y");
    await cell(page, 4, 3).filter({ hasText: /^12$/ }).waitFor();
    await done();
  });

  test("finds and replaces with the count first", async () => {
    const { page, done } = await it.visit();
    const rows = raised(await it.api.products(9));
    for (const [index, row] of rows.slice(1).entries()) row[1] = index % 3 ? `Old mug ${index}` : `Cup ${index}`;
    await open(page, it.files.write("replace.csv", rows), /ready$/);
    await cell(page, 0, 2).click();
    await press(page, "Control+h");
    const dialog = page.getByRole("dialog", { name: "Find and replace" });
    await dialog.getByLabel("Find", { exact: true }).fill("old mug");
    await dialog.getByLabel("Replace with").fill("Beaker");
    await dialog.getByText("6 cells in 6 rows would change:").waitFor();
    await eventually(async () => assert.equal(await dialog.getByRole("listitem").count(), 5));
    await eventually(async () => assert.match(await cell(page, 1, 2).textContent(), /^Old mug/, "nothing has changed yet"));
    await dialog.getByLabel("Capitals and small letters differ").check();
    await dialog.getByText("No cell would change.").waitFor();
    await dialog.getByLabel("Capitals and small letters differ").uncheck();
    await button(dialog, "Replace in 6 cells").click();
    await dialog.waitFor({ state: "hidden" });
    await cell(page, 1, 2).filter({ hasText: "Beaker 1" }).waitFor();
    await eventually(async () => assert.deepEqual(await texts(page, 2, 3), ["Cup 0", "Beaker 1", "Beaker 2"]));
    await button(page, "Edited").click();
    await page.getByText("6 of 9 rows").waitFor();
    await page.getByRole("button", { name: /^Undo/ }).click();
    await said(page, /ready\.$/);
    await page.getByRole("button", { name: /^All rows/ }).click();
    await cell(page, 1, 2).filter({ hasText: "Old mug 1" }).waitFor();
    await done();
  });

  test("puts a whole column right, and takes it back by one undo", async () => {
    const { page, done } = await it.visit();
    const rows = raised(await it.api.products(6));
    for (const row of rows.slice(1, 4)) row[1] = `  ${row[1] || "Mug"}  `;
    await open(page, it.files.write("blanks.csv", rows), /ready$/);
    const before = await texts(page, 2, 6);
    await button(page, "Fix columns…").click();
    const dialog = page.getByRole("dialog", { name: "Fix columns" });
    const fix = dialog.getByRole("button", { name: /put 3 cells right$/ }).first();
    await fix.waitFor();
    await fix.click();
    await fix.waitFor({ state: "hidden" });
    await button(dialog, "Close").click();
    await eventually(async () => assert.deepEqual(await texts(page, 2, 6), before.map((text) => text.trim())));
    await page.getByRole("button", { name: /^Undo/ }).click();
    await eventually(async () => assert.deepEqual(await texts(page, 2, 6), before));
    await done();
  });

  test("sorts, sifts and undoes, and keeps every cell", async () => {
    const { page, done } = await it.visit(clipboard);
    const rows = raised(await it.api.products(30));
    for (const [index, row] of rows.slice(1).entries()) row[2] = ["30", "4", "", "200", "1O"][index % 5];
    await open(page, it.files.write("sorted.csv", rows), /ready$/);
    await cell(page, 0, 1).click();
    const all = await everything(page);
    assert.equal(all.trimEnd().split("\n").length, 30);
    const price = page.getByRole("columnheader", { name: "Price" });
    await price.click();
    await said(page, "Sorted by Price, the smallest first.");
    await eventually(async () => assert.equal(await price.getAttribute("aria-sort"), "ascending"));
    await eventually(async () => assert.deepEqual(await texts(page, 3, 7), ["4", "4", "4", "4", "4", "4", "30"]));
    await price.click();
    await eventually(async () => assert.equal(await cell(page, 0, 3).textContent(), "200"));
    await eventually(async () => assert.equal(await price.getAttribute("aria-sort"), "descending"));
    // Edited in the sorting: the row stays where it is, and the undo finds it in another order.
    await cell(page, 0, 3).click();
    await page.keyboard.type("7");
    await press(page, "Enter");
    await said(page, /ready/);
    await eventually(async () => assert.equal(await cell(page, 0, 3).textContent(), "7"));
    await button(page, "With errors").click();
    await page.getByText("6 of 30 rows").waitFor();
    await eventually(async () => assert.ok((await texts(page, 3, 6)).every((text) => text === "1O")));
    await page.getByLabel("Search the rows").fill("nobody has this");
    await page.getByText("No row holds “nobody has this”.").waitFor();
    await page.getByLabel("Search the rows").fill("");
    await page.getByRole("button", { name: /^All rows/ }).click();
    await price.click();
    await said(page, /order of the file|shown/);
    await eventually(async () => assert.equal(await price.getAttribute("aria-sort"), null));
    await cell(page, 0, 1).click();
    await press(page, "Control+z");
    await eventually(async () => assert.deepEqual((await at(page))?.slice(0, 2), [3, 3]), "the undo goes to its cell");
    assert.equal(await everything(page), all);
    await done();
  });

  test("leaves rows out and takes them in again", async () => {
    const { page, done } = await it.visit();
    const rows = raised(await it.api.products(5));
    rows[2][2] = "x";
    await open(page, it.files.write("out.csv", rows), "4 of 5 products are ready");
    await cell(page, 1, 3).click();
    const top = () => grid(page).evaluate((it) => it.getBoundingClientRect().top + scrollY);
    const before = await top();
    await button(page, "Leave row out").click();
    await cell(page, 1, 0).filter({ hasText: "out" }).waitFor();
    await page.getByRole("button", { name: /^Undo.*Left out 1 row$/ }).waitFor();
    assert.equal(await top(), before, "the first change moves nothing");
    await button(page, "Left out").click();
    await page.getByText("1 of 5 rows").waitFor();
    await button(page, "Take row in again").click();
    await said(page, /ready/);
    await page.getByRole("button", { name: /^All rows/ }).click();
    await cell(page, 1, 0).filter({ hasText: /^3$/ }).waitFor();
    await cell(page, 1, 3).click();
    await press(page, "Control+Delete");
    await cell(page, 1, 0).filter({ hasText: "out" }).waitFor();
    await compare(page);
    await done();
  });

  test("the list of problems leads to its cells, and its counts follow", async () => {
    const { page, done } = await it.visit();
    const rows = raised(await it.api.products(12));
    for (const line of [3, 6, 9]) rows[line - 1][2] = "1O";
    rows[4][1] = "KÃ¼hltasche";
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, it.files.write("list.csv", rows));
    await heading(page, "9 of 12 products are ready").waitFor();
    await page.getByRole("button", { name: "Go to the cell: line 6, Price" }).click();
    await isAt(page, 1, 3, "1O");
    await page.getByText("3 of 12 rows").waitFor();
    await page.keyboard.type("10");
    await press(page, "Enter");
    await page.getByRole("tab", { name: /^Problems 3$/ }).waitFor();
    // What was put right stays in sight until the rows are sifted again.
    await eventually(async () => assert.equal(await cell(page, 1, 3).textContent(), "10"));
    await button(page, "Filter and sort again").click();
    await page.getByText("2 of 12 rows").waitFor();
    await done();
  });

  test("the problems go home as a file, which comes in again as it is", async () => {
    const { page, done } = await it.visit();
    const rows = raised(await it.api.products(6));
    rows[2][2] = "x";
    rows[5][2] = "y";
    await open(page, it.files.write("home.csv", rows), "4 of 6 products are ready");
    const download = page.waitForEvent("download");
    await button(page, "Problems as a CSV").click();
    const file = readFileSync(await (await download).path(), "utf8");
    const [head, ...lines] = readCsv(file);
    assert.ok(head.includes("Problems"), head.join());
    assert.deepEqual(lines.map((line) => line[head.indexOf("Product ID")]), [rows[2][0], rows[5][0]]);
    assert.ok(lines.every((line) => line[head.indexOf("Problems")].length > 10));
    await button(page, "Choose another file").click();
    await heading(page, "Update products from a file").waitFor();
    await drop(page, it.files.write("again.csv", file));
    await heading(page, "0 of 2 products are ready").waitFor();
    await done();
  });

  for (const width of [1280, 390]) {
    test(`is accessible in every state at ${width} px`, async () => {
      const { page, done } = await it.visit({ viewport: { width, height: 844 } });
      const rows = raised(await it.api.products(40));
      rows[0].push("Note", "Discount Enabled", "Description");
      for (const row of rows.slice(1)) row.push("", "", "<p>A mug, <b>blue</b>, to be washed by hand. It holds a pint.</p>");
      rows[3][2] = "12O";
      rows[4][1] = "KÃ¼hltasche";
      rows[6][4] = "perhaps";
      rows[8].push("one too many");
      await connect(page, it.api);
      await toBulk(page);
      await choose(page, it.files.write("states.csv", rows));
      await heading(page, /ready$/).waitFor();
      await isAccessible(page, "grid-problems");
      await toRows(page);
      await cell(page, 0, 1).focus();
      await isAccessible(page, "grid");
      await press(page, "F8");
      await page.locator(".cell-issue").first().waitFor();
      await isAccessible(page, "grid-problem");
      await page.keyboard.type("120");
      await isAccessible(page, "grid-typing");
      await press(page, "Enter");
      await cell(page, 2, 3).and(page.locator(".cell-edited")).waitFor();
      await press(page, "ArrowUp");
      await button(page, "As in the file").waitFor();
      await isAccessible(page, "grid-edited");
      await cell(page, 5, 0).click();
      await press(page, ...Array.from({ length: 5 }, () => "ArrowRight"), "F2");
      await page.getByRole("combobox", { name: "Discount Enabled, line 7" }).waitFor();
      await isAccessible(page, "grid-words");
      await press(page, "Escape", "ArrowRight", "F2");
      await page.getByRole("textbox", { name: "Description, line 7" }).waitFor();
      await isAccessible(page, "grid-long");
      await press(page, "Escape", "Shift+ArrowDown", "Shift+ArrowLeft");
      await isAccessible(page, "grid-selected");
      await press(page, "Control+h");
      await page.getByLabel("Find", { exact: true }).fill("mug");
      await page.getByText(/would change:/).first().waitFor();
      await isAccessible(page, "grid-replace");
      await press(page, "Escape");
      await button(page, "Fix columns…").click();
      await page.getByRole("dialog", { name: "Fix columns" }).locator("li, p").nth(1).waitFor();
      await isAccessible(page, "grid-fixes");
      await press(page, "Escape");
      await button(page, "Keys").click();
      await isAccessible(page, "grid-keys");
      await press(page, "Escape");
      await cell(page, 1, 1).click();
      await button(page, "Leave row out").click();
      await cell(page, 1, 0).filter({ hasText: "out" }).waitFor();
      await page.getByRole("columnheader", { name: "Price" }).click();
      await page.getByLabel("Search the rows").fill("zzz");
      await page.getByText("No row holds “zzz”.").waitFor();
      await isAccessible(page, "grid-nothing");
      await done();
    });
  }

  test("a hundred thousand rows scroll without a long task, in a small document", async () => {
    const file = join(it.files.path, "100k.csv");
    execFileSync(program("generate"), ["100000", "1", file]);
    const { page, done } = await it.visit({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(() => {
      const tasks = (globalThis.longTasks = []);
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)))).observe({ type: "longtask" });
    });
    await page.goto(`${it.api.url}/bulk`);
    await heading(page, "Update products from a file").waitFor();
    await drop(page, file);
    await heading(page, /products are ready$/).waitFor({ timeout: 120_000 });
    await toRows(page);
    const total = Number(await grid(page).getAttribute("aria-rowcount"));
    assert.ok(total > 100_000, `${total} rows`);
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    await page.evaluate(() => (globalThis.longTasks.length = 0));
    const box = page.locator(".grid-box");
    const frames = await box.evaluate(async (box) => {
      const gaps = [];
      let most = 0;
      let last = performance.now();
      for (let step = 0; step < 240; step += 1) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        if (step < 160) box.scrollTop += 240;
        else if (step < 200) box.scrollLeft += 120;
        else box.scrollTop += 90_000;
        most = Math.max(most, box.querySelectorAll('[role="row"]').length);
      }
      gaps.sort((one, other) => one - other);
      return { most, median: gaps[120], p95: gaps[228] };
    });
    const tasks = await page.evaluate(() => globalThis.longTasks);
    console.log(`# scrolling: ${frames.most} rows at most, a frame every ${frames.median.toFixed(1)} ms, 95 % within ${frames.p95.toFixed(1)} ms; long tasks: ${tasks.join(", ") || "none"}`);
    assert.ok(frames.most <= 60, `${frames.most} rows in the document`);
    await box.evaluate((box) => (box.scrollTop = box.scrollHeight));
    await cell(page, total - 2, 0).filter({ hasText: /\d/ }).waitFor();
    await shot(page, "grid-100k");
    await done();
  });
});
