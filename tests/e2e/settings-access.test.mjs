// The settings for everybody: each state of the page by axe, in both themes and at both sizes; and by the keyboard alone.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { button, eventually, failed, isAccessible, setting } from "./journey.mjs";
import { bar, changed, dialog, field, hasFocus, held, openSettings, result, save, saved, sendable, sent, type } from "./settings.mjs";
import { test } from "./support.mjs";

const it = setting();

const wrong = { Title: "A title that is much too long for the store to take", "Allowed domains": "*.example.net", "Call to action link": "http://example.com", Width: "4oo" };

for (const width of [1280, 390]) {
  describe(`at ${width} px`, () => {
    const visit = () => it.visit({ viewport: { width, height: 844 } });

    test("clean, changed, wrong, reviewed, about to be discarded", async () => {
      const { page, done } = await visit();
      await openSettings(page, it.api);
      await isAccessible(page, "settings");
      await type(page, { Title: "Winter Rewards", Description: `<p>${"Now with a longer text, at no extra charge. ".repeat(6)}</p>`, "Light colour “accent”": "#ff0000", Width: "480" });
      await field(page, "Allowed domains").fill("https://blog.example.org/path");
      await field(page, "Allowed domains").press("Enter");
      await isAccessible(page, "settings-changed");
      await button(bar(page), "Review").click();
      await dialog(page).waitFor();
      await isAccessible(page, "settings-review");
      await button(dialog(page), "Go on editing").click();
      await button(bar(page), "Discard").click();
      await dialog(page).waitFor();
      await isAccessible(page, "settings-discard");
      await button(dialog(page), "Keep them").click();
      await type(page, wrong);
      await page.keyboard.press("Control+s");
      await result(page).getByRole("heading", { name: "There are problems with 4 settings" }).waitFor();
      await isAccessible(page, "settings-wrong");
      await page.getByRole("navigation").getByRole("link", { name: "Products", exact: true }).click();
      await dialog(page).waitFor();
      await isAccessible(page, "settings-leave");
      await done();
    });

    test("saving, saved, with theirs, with a clash, not as asked", async () => {
      const { page, done } = await visit();
      await openSettings(page, it.api);
      await type(page, { Title: "Winter Rewards", "Currency name": "Gems" });
      await it.api.faults({ method: "PUT", hold: true, fault: { kind: "pass" } });
      await save(page);
      await button(bar(page), "Saving…").waitFor();
      await isAccessible(page, "settings-saving");
      await it.api.release();
      await result(page).getByText(/^Saved: /).waitFor();
      await isAccessible(page, "settings-saved");
      await type(page, { Title: "Spring Rewards", "Currency name": "Petals" });
      const { currency } = await held(it.api);
      await it.api.editStore({ description: "<p>Theirs</p>", currency: { ...currency, name: "Stars" } });
      await save(page);
      await dialog(page).getByRole("heading", { name: "Somebody else changed the same setting" }).waitFor();
      await button(dialog(page), "Save with these choices").click();
      await isAccessible(page, "settings-clash");
      await button(dialog(page), "Not yet").click();
      await isAccessible(page, "settings-clash-later");
      await button(page, "Choose…").click();
      await dialog(page).getByRole("radio", { name: /^Mine/ }).check();
      await it.api.faults({ method: "PUT", apply: true, fault: { kind: "status", status: 502, body: { message: "upstream" } } });
      await button(dialog(page), "Save with these choices").click();
      await result(page).getByText("On the way something went wrong, and the store holds the change all the same").waitFor();
      await isAccessible(page, "settings-saved-despite");
      await type(page, { Description: "<p onclick=x>typed</p>" });
      const success = { meta: { statusCode: 200, status: "success" }, message: "Update store config success.", data: {} };
      await it.api.faults({ method: "PUT", hold: true, apply: false, fault: { kind: "status", status: 200, body: success } });
      await save(page);
      await eventually(async () => assert.equal((await it.api.puts()).length, 3));
      await it.api.editStore({ description: "<p>cleaned</p>" });
      await it.api.release();
      await result(page).getByText("The store took the change, and holds something else").waitFor();
      await isAccessible(page, "settings-differs");
      await done(failed("502"));
    });

    test("refused, unknown, and a draft that is back", async () => {
      const { page, done } = await visit();
      await openSettings(page, it.api);
      await type(page, { Title: "Winter Rewards", "Currency name": "Gems" });
      await it.api.faults({ method: "PUT", fault: { kind: "status", status: 400, body: { message: ["currency.name must be longer", "title should not be so cold"] } } });
      await save(page);
      await result(page).getByText("Not changed", { exact: true }).waitFor();
      await isAccessible(page, "settings-refused");
      const down = (nth) => ({ method: "GET", nth, times: 0, fault: { kind: "status", status: 503, body: { message: "down" } } });
      await it.api.faults(down(2), { method: "PUT", fault: { kind: "status", status: 502, body: { message: "upstream" } } });
      await save(page);
      await result(page).getByText("Unknown", { exact: true }).waitFor();
      await isAccessible(page, "settings-unknown");
      await it.api.faults();
      page.on("dialog", (dialog) => dialog.accept());
      await page.reload();
      await it.api.editStore({ isEnabled: true, title: "Theirs" });
      await openSettings(page, it.api);
      await page.getByText("Since then somebody else changed:").waitFor();
      await isAccessible(page, "settings-draft");
      await done(failed("400|502|503"));
    });

    test("the older generation, with what it does not return unfolded", async () => {
      const { page, done } = await visit();
      await it.api.settings({ generationA: true });
      await openSettings(page, it.api);
      for (const fold of await page.getByText(/^Not returned by this store/).all()) await fold.click();
      await isAccessible(page, "settings-older");
      await done();
    });
  });
}

describe("by the keyboard alone", () => {
  /** Presses Tab until the focus is there. */
  async function tabTo(page, place, key = "Tab") {
    const seen = [];
    for (let times = 0; times < 250; times += 1) {
      if (await place.evaluate((it) => it === document.activeElement)) return;
      await page.keyboard.press(key);
      seen.push(await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.id ?? document.activeElement?.textContent?.slice(0, 20)));
    }
    assert.fail(`the focus never came there; it was on ${seen.join(", ")}`);
  }

  /** Types over whatever stands in the field that has the focus. */
  async function overwrite(page, text) {
    await page.keyboard.press("Control+a");
    await page.keyboard.type(text);
  }

  test("a journey from the first field to the saved settings, with an error on the way", async () => {
    const { page, done } = await it.visit({ viewport: { width: 1280, height: 844 } });
    const before = await held(it.api);
    await openSettings(page, it.api);
    await tabTo(page, field(page, "Title"));
    await overwrite(page, "Winter Rewards");
    await tabTo(page, page.getByRole("switch", { name: "Show the currency" }));
    await page.keyboard.press("Space");
    await tabTo(page, field(page, "Access mode"));
    await page.keyboard.press("d");
    await eventually(async () => assert.equal(await field(page, "Access mode").inputValue(), "development"));
    await tabTo(page, field(page, "Allowed domains"));
    await page.keyboard.type("https://blog.example.org/path");
    await page.keyboard.press("Enter");
    await hasFocus(field(page, "Allowed domains"));
    await tabTo(page, button(page, "Remove example.com"), "Shift+Tab");
    await page.keyboard.press("Enter");
    await hasFocus(button(page, "Remove shop.example.com"));
    await tabTo(page, field(page, "Width"));
    await overwrite(page, "wide");

    // The summary takes the focus, its link leads back.
    await page.keyboard.press("Control+s");
    await hasFocus(result(page));
    await tabTo(page, result(page).getByRole("link", { name: /^Width: / }));
    await page.keyboard.press("Enter");
    await hasFocus(field(page, "Width"));
    await overwrite(page, "480");
    await result(page).getByRole("link", { name: /^Width: / }).waitFor({ state: "detached" });

    // The review, and out of it again.
    await tabTo(page, button(bar(page), "Review"));
    await page.keyboard.press("Enter");
    await dialog(page).getByRole("heading", { name: "5 changes to save" }).waitFor();
    assert.ok(await dialog(page).evaluate((it) => it.contains(document.activeElement)), "the focus is in it");
    await page.keyboard.press("Escape");
    await hasFocus(button(bar(page), "Review"));
    await page.keyboard.press("Enter");
    await tabTo(page, button(dialog(page), "Save"));
    await page.keyboard.press("Enter");
    await result(page).getByText("Saved: Store, Currency, Widget, Size and appearance", { exact: true }).waitFor();
    await hasFocus(result(page));
    const after = changed(before, {
      title: "Winter Rewards", "currency.isEnabled": false, "widget.accessMode": "development",
      "widget.allowedDomains": ["shop.example.com", "blog.example.org"], "widget.size.width": 480,
    });
    assert.deepEqual(await sent(it.api), [{ isEnabled: true, title: after.title, currency: after.currency, widget: sendable(after.widget) }]);
    assert.deepEqual(await held(it.api), after);
    await done();
  });

  test("a clash is decided, leaving is called off, and everything is discarded", async () => {
    const { page, done } = await it.visit({ viewport: { width: 1280, height: 844 } });
    await openSettings(page, it.api);
    await tabTo(page, field(page, "Title"));
    await overwrite(page, "Mine");
    await it.api.editStore({ isEnabled: true, title: "Theirs" });
    await page.keyboard.press("Control+s");
    await dialog(page).getByRole("heading", { name: "Somebody else changed the same setting" }).waitFor();
    await tabTo(page, dialog(page).getByRole("radio", { name: /^Theirs/ }));
    await page.keyboard.press("ArrowDown");
    await hasFocus(dialog(page).getByRole("radio", { name: /^Mine/ }));
    await tabTo(page, button(dialog(page), "Save with these choices"));
    await page.keyboard.press("Enter");
    await result(page).getByText("Saved: Store", { exact: true }).waitFor();
    await hasFocus(result(page));
    assert.deepEqual(await sent(it.api), [{ isEnabled: true, title: "Mine" }]);

    await tabTo(page, field(page, "Title"));
    await overwrite(page, "Another");
    await tabTo(page, field(page, "Currency name"));
    await overwrite(page, "Gems");
    const away = page.getByRole("navigation").getByRole("link", { name: "Products", exact: true });
    await tabTo(page, away, "Shift+Tab");
    await page.keyboard.press("Enter");
    await dialog(page).getByRole("heading", { name: "Leave with unsaved changes?" }).waitFor();
    await page.keyboard.press("Escape");
    await hasFocus(away);
    await tabTo(page, button(bar(page), "Discard"));
    await page.keyboard.press("Enter");
    await tabTo(page, button(dialog(page), "Discard"));
    await page.keyboard.press("Enter");
    await bar(page).waitFor({ state: "detached" });
    await hasFocus(page.getByRole("heading", { level: 1, name: "Settings" }));
    await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Mine"));
    await done();
  });

  test("saving from within the review closes it", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, { Title: "Winter Rewards" });
    await button(bar(page), "Review").click();
    await dialog(page).waitFor();
    await page.keyboard.press("Control+s");
    await result(page).getByText("Saved: Store", { exact: true }).waitFor();
    await dialog(page).waitFor({ state: "hidden" });
    await hasFocus(result(page));
    await type(page, { Title: "Once more" });
    await saved(page, "Store");
    assert.equal((await sent(it.api)).length, 2);
    await done();
  });
});
