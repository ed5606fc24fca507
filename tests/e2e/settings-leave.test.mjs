// Unsaved settings are not lost by leaving: whoever leaves is asked, and what was typed is there again.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { button, connect, eventually, heading, keys, setting } from "./journey.mjs";
import { bar, dialog, drafts, field, held, isWrong, openSettings, result, save, saved, sent, toSettings, type, typed } from "./settings.mjs";
import { test } from "./support.mjs";

const it = setting();

const edits = { Title: "Winter Rewards", "Currency name": "Gems" };
const link = (page, name) => page.getByRole("navigation").getByRole("link", { name, exact: true });
const disconnect = (page) => page.getByRole("banner").getByRole("button", { name: "Disconnect" });

/** The form with unsaved changes in it. */
async function edited(options) {
  const visited = await it.visit(options);
  const { page } = visited;
  await openSettings(page, it.api);
  const before = await typed(page);
  await type(page, edits);
  return { ...visited, before, form: await typed(page) };
}

const asked = (page, name = "Leave with unsaved changes?") => dialog(page).getByRole("heading", { name }).waitFor();

describe("whoever leaves the page with unsaved settings is asked", () => {
  const ways = [
    ["by a link", (page) => link(page, "Products").click(), "Products"],
    ["by the browser's back", (page) => page.goBack(), /^Connected to /],
  ];
  for (const [how, leave, there] of ways) {
    test(`${how}: staying keeps everything`, async () => {
      const { page, form, done } = await edited();
      for (let times = 0; times < 2; times += 1) {
        await leave(page);
        await asked(page);
        await dialog(page).getByText("Not saved yet: Store, Currency. They are kept in this browser and are back when you return, unless you discard them.").waitFor();
        assert.equal(new URL(page.url()).pathname, "/settings");
        if (times) await page.keyboard.press("Escape");
        else await button(dialog(page), "Stay").click();
        await dialog(page).waitFor({ state: "hidden" });
        assert.deepEqual(await typed(page), form);
      }
      await saved(page, "Store, Currency");
      // Nobody is asked any more.
      await leave(page);
      await heading(page, there).waitFor();
      await done();
    });

    test(`${how}: leaving keeps what was typed`, async () => {
      const { page, form, done } = await edited();
      await leave(page);
      await asked(page);
      await button(dialog(page), "Leave").click();
      await heading(page, there).waitFor();
      await link(page, "Settings").click();
      await field(page, "Title").waitFor();
      assert.deepEqual(await typed(page), form);
      await bar(page).getByText("Unsaved: Store, Currency", { exact: true }).waitFor();
      assert.deepEqual(await sent(it.api), []);
      await saved(page, "Store, Currency");
      await done();
    });

    test(`${how}: discarding drops it`, async () => {
      const { page, before, done } = await edited();
      await leave(page);
      await asked(page);
      await button(dialog(page), "Discard them and leave").click();
      await heading(page, there).waitFor();
      assert.deepEqual(await drafts(page), []);
      await link(page, "Settings").click();
      await field(page, "Title").waitFor();
      assert.deepEqual(await typed(page), before);
      assert.equal(await bar(page).count(), 0);
      assert.deepEqual(await sent(it.api), []);
      await done();
    });
  }

  test("by disconnecting: stay, leave and come back, discard", async () => {
    const { page, form, before, done } = await edited();
    await disconnect(page).click();
    await asked(page, "Disconnect with unsaved changes?");
    await dialog(page).getByText(/They are kept in this browser and are back when you connect to this store again/).waitFor();
    await button(dialog(page), "Stay").click();
    assert.deepEqual(await typed(page), form);

    await disconnect(page).click();
    await button(dialog(page), "Leave").click();
    await page.getByRole("banner").getByRole("link", { name: "Connect" }).waitFor();
    assert.equal((await drafts(page)).length, 1);
    await openSettings(page, it.api);
    await page.getByText("Your unsaved changes are back").waitFor();
    assert.deepEqual(await typed(page), form);

    await disconnect(page).click();
    await button(dialog(page), "Discard them and leave").click();
    await page.getByRole("banner").getByRole("link", { name: "Connect" }).waitFor();
    assert.deepEqual(await drafts(page), []);
    await openSettings(page, it.api);
    assert.deepEqual(await typed(page), before);
    assert.equal(await page.getByText("Your unsaved changes are back").count(), 0);
    await done();
  });

  test("also where the browser keeps nothing: then it says that they would be lost", async () => {
    const visited = await it.visit();
    const { page } = visited;
    await page.addInitScript(() => {
      const keep = Storage.prototype.setItem;
      Storage.prototype.setItem = function (name, value) {
        if (name.startsWith("storekeeper.draft.")) throw new DOMException("full", "QuotaExceededError");
        keep.call(this, name, value);
      };
    });
    await openSettings(page, it.api);
    await type(page, edits);
    await link(page, "Products").click();
    await dialog(page).getByText("Not saved yet: Store, Currency. This browser does not keep them, so they would be lost.").waitFor();
    await button(dialog(page), "Stay").click();
    await saved(page, "Store, Currency");
    await visited.done();
  });

  test("but a link to a place of the page, or another tab, is nobody's leaving", async () => {
    const { page, context, form, done } = await edited();
    const other = context.waitForEvent("page");
    await link(page, "Products").click({ modifiers: ["Control"] });
    await (await other).close();
    await page.getByRole("link", { name: "Skip to the content" }).focus();
    await page.keyboard.press("Enter");
    assert.ok(!(await dialog(page).isVisible()));
    assert.deepEqual(await typed(page), form);
    await done();
  });
});

describe("a tab that is closed or reloaded", () => {
  test("asks while something is unsaved, and only then", async () => {
    const { page, form, done } = await edited();
    const dialogs = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.type());
      return dialog.dismiss();
    });
    const shown = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    await shown;
    assert.deepEqual(dialogs, ["beforeunload"]);
    assert.ok(!page.isClosed(), "it was told to stay");
    assert.deepEqual(await typed(page), form);
    await saved(page, "Store, Currency");
    await page.reload();
    assert.deepEqual(dialogs, ["beforeunload"], "nothing is unsaved: nobody is asked");
    await done();
  });

  test("a draft is back after a reload, says since when, and is saved", async () => {
    const { page, form, done } = await edited();
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await openSettings(page, it.api);
    const note = page.getByRole("status").filter({ hasText: "Your unsaved changes are back" });
    await note.getByText(/^They were typed .*\d.* and kept in this browser\.$/).waitFor();
    assert.equal(await note.getByText("Since then somebody else changed:").count(), 0);
    assert.deepEqual(await typed(page), form);
    await bar(page).getByText("Unsaved: Store, Currency", { exact: true }).waitFor();
    await button(note, "Go on").click();
    await note.waitFor({ state: "detached" });
    assert.deepEqual(await typed(page), form);
    await saved(page, "Store, Currency");
    assert.deepEqual(await drafts(page), []);
    await done();
  });

  test("a text that is no value is kept like any other, and stops the save as before", async () => {
    const { page, done } = await edited();
    await field(page, "Width").fill("4oo");
    await field(page, "Allowed domains").fill("https://blog.example.org/path");
    const form = await typed(page);
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await openSettings(page, it.api);
    await page.getByText("Your unsaved changes are back").waitFor();
    assert.deepEqual(await typed(page), form);
    await isWrong(page, "Width", /whole number/);
    await save(page);
    await result(page).getByRole("heading", { name: "There are problems with 2 settings" }).waitFor();
    assert.deepEqual(await sent(it.api), []);
    await field(page, "Width").fill("480");
    await field(page, "Allowed domains").press("Enter");
    await saved(page, "Store, Currency, Widget, Size and appearance");
    assert.deepEqual(await drafts(page), []);
    await done();
  });

  test("a draft can be thrown away", async () => {
    const { page, before, done } = await edited();
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await openSettings(page, it.api);
    await button(page, "Throw them away").click();
    await bar(page).waitFor({ state: "detached" });
    assert.deepEqual(await typed(page), before);
    assert.deepEqual(await drafts(page), []);
    await done();
  });

  test("what somebody else changed since is told, and asked about when it is saved", async () => {
    const { page, form, done } = await edited();
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await it.api.editStore({ isEnabled: true, title: "Theirs", description: "<p>Theirs</p>" });
    await openSettings(page, it.api);
    const note = page.getByRole("status").filter({ hasText: "Your unsaved changes are back" });
    await note.getByText("Since then somebody else changed:").waitFor();
    await eventually(async () => assert.match((await note.innerText()).replace(/\s+/g, " "), /Title was Practice Rewards Store will be Theirs/));
    await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Winter Rewards", "mine stays typed"));
    assert.equal((await typed(page)).find(([name]) => name === "set-description-label")[1], "<p>Theirs</p>", "and theirs is there where I had nothing");
    assert.notDeepEqual(await typed(page), form);
    await save(page);
    await dialog(page).getByRole("heading", { name: "Somebody else changed the same setting" }).waitFor();
    await dialog(page).getByRole("radio", { name: /^Mine/ }).check();
    await button(dialog(page), "Save with these choices").click();
    await result(page).getByText("Saved: Store, Currency", { exact: true }).waitFor();
    const now = await held(it.api);
    assert.deepEqual([now.title, now.description, now.currency.name], ["Winter Rewards", "<p>Theirs</p>", "Gems"]);
    assert.deepEqual((await sent(it.api)).map(Object.keys).map((keys) => keys.sort()), [["currency", "isEnabled", "title"]]);
    await done();
  });

  test("what the store holds already is no draft any more", async () => {
    const { page, done } = await edited();
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    const { currency } = await held(it.api);
    await it.api.editStore({ isEnabled: true, title: "Winter Rewards", currency: { ...currency, name: "Gems" } });
    await openSettings(page, it.api);
    assert.equal(await page.getByText("Your unsaved changes are back").count(), 0);
    assert.equal(await bar(page).count(), 0);
    assert.deepEqual(await drafts(page), []);
    await done();
  });

  test("a draft belongs to its store", async () => {
    const { page, form, done } = await edited();
    page.on("dialog", (dialog) => dialog.accept());
    await page.reload();
    await openSettings(page, it.api, keys.other);
    assert.equal(await page.getByText("Your unsaved changes are back").count(), 0);
    assert.equal(await bar(page).count(), 0);
    await disconnect(page).click();
    await page.getByRole("banner").getByRole("link", { name: "Connect" }).waitFor();
    await connect(page, it.api, keys.main);
    await toSettings(page);
    await page.getByText("Your unsaved changes are back").waitFor();
    assert.deepEqual(await typed(page), form);
    await done();
  });
});
