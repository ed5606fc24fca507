// Somebody else saves the settings while they are edited here: nothing of theirs is overwritten unseen, nothing of mine lost.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { button, eventually, setting } from "./journey.mjs";
import { bar, changed, dialog, field, hasFocus, held, openSettings, result, save, sendable, sent, type, typed } from "./settings.mjs";
import { test } from "./support.mjs";

const it = setting();

/** Somebody else saves these settings. */
async function elsewhere(values) {
  const now = changed(await held(it.api), values);
  const tops = new Set(Object.keys(values).map((path) => path.split(".")[0]));
  const set = {};
  for (const top of tops) set[top] = top === "widget" ? sendable(now.widget) : now[top];
  await it.api.editStore(set);
}

/** The question about one setting. */
const question = (page, name) => dialog(page).getByRole("group", { name, exact: true });
const theirs = (page, name) => question(page, name).getByRole("radio", { name: /^Theirs/ });
const mine = (page, name) => question(page, name).getByRole("radio", { name: /^Mine/ });

describe("somebody else changed other settings", () => {
  test("they are kept, told, and shown in the form", async () => {
    const { page, done } = await it.visit();
    const before = await held(it.api);
    await openSettings(page, it.api);
    await type(page, { Title: "Mine", Width: "480" });
    await elsewhere({ "currency.name": "Stars", "widget.accessMode": "development", description: "<p>Theirs</p>" });
    await save(page);
    await result(page).getByText("Saved: Store, Size and appearance", { exact: true }).waitFor();
    await result(page).getByText("Meanwhile somebody else had saved 3 other settings. It was kept:").or(result(page).getByText(/^Meanwhile somebody else had saved 3 other settings/)).first().waitFor();
    const told = (await result(page).innerText()).replace(/\s+/g, " ");
    assert.match(told, /Currency name was Coins will be Stars/);
    assert.match(told, /Access mode was live will be development/);
    const after = changed(before, { title: "Mine", "widget.size.width": 480, "currency.name": "Stars", "widget.accessMode": "development", description: "<p>Theirs</p>" });
    assert.deepEqual(await held(it.api), after);
    assert.deepEqual(await sent(it.api), [{ isEnabled: true, title: "Mine", widget: sendable(after.widget) }], "the widget goes whole, with what they changed");
    await eventually(async () => assert.equal(await field(page, "Currency name").inputValue(), "Stars"));
    await eventually(async () => assert.equal(await field(page, "Access mode").inputValue(), "development"));
    await bar(page).waitFor({ state: "detached" });
    await done();
  });

  test("the very same change: nothing is left to send", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, { Title: "Winter Rewards" });
    await elsewhere({ isEnabled: true, title: "Winter Rewards" });
    await save(page);
    await result(page).getByText("The store holds all of this already").waitFor();
    await hasFocus(result(page));
    await bar(page).waitFor({ state: "detached" });
    assert.deepEqual(await sent(it.api), []);
    await done();
  });

  test("reading again keeps what is typed on top of theirs", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, { Title: "Mine" });
    await elsewhere({ "currency.name": "Stars" });
    await button(page, "Read again").click();
    await page.waitForFunction(() => [...document.querySelectorAll("input")].some((input) => input.value === "Stars"));
    await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Mine"));
    await eventually(async () => assert.equal(await field(page, "Currency name").inputValue(), "Stars"));
    await bar(page).getByText("Unsaved: Store", { exact: true }).waitFor();
    await done();
  });
});

describe("somebody else changed the same settings", () => {
  /** Both change the title and the currency's name; the description is mine alone, the access mode theirs. */
  async function clash() {
    const visited = await it.visit();
    const { page } = visited;
    const before = await held(it.api);
    await openSettings(page, it.api);
    await type(page, { Title: "Mine", "Currency name": "Gems", Description: "<p>Mine</p>" });
    const form = await typed(page);
    await elsewhere({ isEnabled: true, title: "Theirs", "currency.name": "Stars", "currency.dark": "https://example.com/theirs.png", "widget.accessMode": "development" });
    const other = await held(it.api);
    await save(page);
    await dialog(page).getByRole("heading", { name: "Somebody else changed 2 of the same settings" }).waitFor();
    return { ...visited, before, form, other };
  }

  test("both sides stand there with what it was; leaving it undecided sends nothing", async () => {
    const { page, form, other, done } = await clash();
    for (const [name, ...values] of [
      ["Title", "Practice Rewards Store", "Theirs", "Mine"],
      ["Currency name", "Coins", "Stars", "Gems"],
    ]) {
      const words = (await question(page, name).innerText()).replace(/\s+/g, " ");
      const [was, is, typed] = values;
      assert.match(words, new RegExp(`It was: ${was} Theirs, which the store holds now ?${is} Mine ?${typed}`));
      assert.ok(!(await theirs(page, name).isChecked()) && !(await mine(page, name).isChecked()), "nobody decides for me");
    }
    await button(dialog(page), "Save with these choices").click();
    await dialog(page).getByText("Choose for 2 settings more first.").waitFor();
    await theirs(page, "Title").check();
    await dialog(page).getByText("Choose for 1 setting more first.").waitFor();

    await button(dialog(page), "Not yet").click();
    await dialog(page).waitFor({ state: "hidden" });
    assert.deepEqual(await typed(page), form);
    const note = page.getByRole("alert").filter({ hasText: "Nothing was sent. Choose what stays, then save." });
    await note.waitFor();
    await button(note, "Choose…").click();
    await eventually(async () => assert.ok(await theirs(page, "Title").isChecked(), "what was chosen is remembered"));
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    assert.deepEqual(await sent(it.api), []);
    assert.deepEqual(await held(it.api), other);
    await bar(page).getByText("Unsaved: Store, Currency", { exact: true }).waitFor();
    await done();
  });

  test("theirs for one and mine for the other: exactly that is saved", async () => {
    const { page, other, done } = await clash();
    await theirs(page, "Title").check();
    await mine(page, "Currency name").check();
    await button(dialog(page), "Save with these choices").click();
    await result(page).getByText("Saved: Store, Currency", { exact: true }).waitFor();
    const after = changed(other, { "currency.name": "Gems", description: "<p>Mine</p>" });
    assert.deepEqual(await sent(it.api), [{ description: "<p>Mine</p>", currency: after.currency }]);
    assert.deepEqual(await held(it.api), after);
    await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Theirs"));
    await eventually(async () => assert.equal(await field(page, "Currency name").inputValue(), "Gems"));
    await eventually(async () => assert.equal(await field(page, "Access mode").inputValue(), "development"));
    await page.getByText("Choose what stays, then save.").waitFor({ state: "detached" });
    await bar(page).waitFor({ state: "detached" });
    await done();
  });

  test("mine for both, after a change of mind", async () => {
    const { page, other, done } = await clash();
    await theirs(page, "Title").check();
    await mine(page, "Title").check();
    await mine(page, "Currency name").check();
    await button(dialog(page), "Save with these choices").click();
    await result(page).getByText("Saved: Store, Currency", { exact: true }).waitFor();
    const after = changed(other, { title: "Mine", "currency.name": "Gems", description: "<p>Mine</p>" });
    assert.deepEqual(await sent(it.api), [{ isEnabled: true, title: "Mine", description: "<p>Mine</p>", currency: after.currency }]);
    assert.deepEqual(await held(it.api), after);
    await done();
  });

  test("theirs for all: nothing is sent", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, { Title: "Mine" });
    await elsewhere({ isEnabled: true, title: "Theirs" });
    await save(page);
    await dialog(page).getByRole("heading", { name: "Somebody else changed the same setting" }).waitFor();
    await theirs(page, "Title").check();
    await button(dialog(page), "Save with these choices").click();
    await result(page).getByText("The store holds all of this already").waitFor();
    await hasFocus(result(page));
    await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Theirs"));
    await bar(page).waitFor({ state: "detached" });
    assert.deepEqual(await sent(it.api), []);
    await done();
  });

  test("once more while I decide: I am asked again", async () => {
    const { page, other, done } = await clash();
    await elsewhere({ isEnabled: true, title: "Theirs again" });
    await mine(page, "Title").check();
    await theirs(page, "Currency name").check();
    await button(dialog(page), "Save with these choices").click();
    await dialog(page).getByRole("heading", { name: "Somebody else changed the same setting" }).waitFor();
    await eventually(async () => assert.match(await question(page, "Title").innerText(), /It was: Theirs\b[^]*Theirs again[^]*Mine/));
    assert.deepEqual(await sent(it.api), []);
    await mine(page, "Title").check();
    await button(dialog(page), "Save with these choices").click();
    await result(page).getByText(/^Saved: Store/).waitFor();
    assert.deepEqual(await held(it.api), changed(other, { title: "Mine", description: "<p>Mine</p>" }));
    assert.equal((await sent(it.api)).length, 1);
    await done();
  });

  test("discarding takes theirs", async () => {
    const { page, other, done } = await clash();
    await button(dialog(page), "Not yet").click();
    await button(bar(page), "Discard").click();
    await button(dialog(page), "Discard").click();
    await bar(page).waitFor({ state: "detached" });
    await page.getByText("Choose what stays, then save.").waitFor({ state: "detached" });
    assert.deepEqual(await sent(it.api), []);
    assert.deepEqual(await held(it.api), other);
    await done();
  });
});
