// The practice store: the whole run without a key, without a network, and by keyboard alone.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { agree, button, eventually, failed, heading, report, setting, tabTo, tally } from "./journey.mjs";
import { test } from "./support.mjs";

const it = setting();

/** The heading of the new screen has the focus, so that whoever cannot see the change is told. */
const isTold = (page, name) => heading(page, name).and(page.locator(":focus")).waitFor();

describe("the practice store", () => {
  test("leads from /connect to the report by keyboard, and asks nobody", async () => {
    const { page, requests, done } = await it.visit();
    await page.goto(`${it.api.url}/connect`);
    const press = async (role, name, key = "Enter") => {
      await tabTo(page, role, name);
      await page.keyboard.press(key);
    };
    await press("button", "Open the practice store");
    await heading(page, "Connected to Practice store").waitFor();
    await press("link", "Update products from a file");
    await isTold(page, "Update products from a file");
    await press("button", "Try the sample file", "Space");
    await isTold(page, /products are ready$/);

    // Tabs go by arrow; filters are buttons.
    await tabTo(page, "tab", /^Problems/);
    await page.keyboard.press("ArrowRight");
    await page.getByRole("grid", { name: "Rows of the file" }).waitFor();
    await eventually(async () => assert.equal(await page.getByRole("tab", { name: /^Rows/ }).getAttribute("aria-selected"), "true"));
    await press("button", "With errors", "Space");
    await page.getByRole("button", { name: "With errors", pressed: true }).waitFor();
    // The grid is one stop for the tab key; arrow keys go on from there.
    await tabTo(page, "gridcell");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.activeElement.closest("[data-row]")?.dataset.row === "1");
    await tabTo(page, "tab", /^Rows/, "Shift+Tab");
    await page.keyboard.press("Home");
    await page.getByRole("region", { name: "Problems" }).waitFor();

    await tabTo(page, "button", /^Compare with the live store/, "Shift+Tab");
    await page.keyboard.press("Enter");
    await isTold(page, /products will change$/);
    await press("button", "Go on to confirm…");
    await page.getByRole("dialog").waitFor();
    // Escape leaves the dialog, and the focus is where it was.
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await button(page, "Go on to confirm…").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    // One price of the sample moves far, so that the phrase has to be typed: the focus is there already.
    await page.locator("#confirm-typed:focus").waitFor();
    await page.keyboard.type(await page.locator('label[for="confirm-typed"] strong').innerText());
    await press("button", /^Update \d+ products$/);
    await isTold(page, /products were updated$/);
    await tabTo(page, "button", "Download the report");
    const lines = await report(page);
    const counts = tally(lines);
    assert.ok(counts.changed > 20 && counts["not sent"] > 0 && counts.unchanged > 0, JSON.stringify(counts));

    const strangers = requests.filter((url) => !url.startsWith(`${it.api.url}/`) && !url.startsWith("blob:"));
    assert.deepEqual(strangers, []);
    assert.deepEqual(await it.api.log(), []);
    await done();
  });

  test("works without a network, once the page is there", async () => {
    const { page, context, requests, done } = await it.visit();
    await page.goto(`${it.api.url}/connect`);
    await button(page, "Open the practice store").waitFor();
    await page.getByLabel("Host", { exact: true }).waitFor();
    await context.setOffline(true);
    const asked = requests.length;
    await button(page, "Open the practice store").click();
    await page.getByRole("link", { name: "Update products from a file" }).click();
    await button(page, "Try the sample file").click();
    await page.getByRole("button", { name: /^Compare with the live store/ }).click();
    await button(page, "Go on to confirm…").click();
    await agree(page);
    await heading(page, /products were updated$/).waitFor();
    await page.getByRole("link", { name: "Products", exact: true }).click();
    await page.getByRole("row").nth(5).waitFor();
    // The browser may look for the tab's icon again, by itself.
    const icon = `${it.api.url}/favicon.svg`;
    assert.deepEqual(requests.slice(asked).filter((url) => url !== icon), []);
    await done(failed(`ERR_INTERNET_DISCONNECTED ${icon}`));
  });
});
