// The store's settings are edited, looked over and saved: exactly what was changed, in one request.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { button, connect, eventually, heading, keys, setting } from "./journey.mjs";
import {
  bar, changed, dialog, drafts, field, hasFocus, held, isFine, isWrong, openSettings, result, save, saved, sendable, sent, toSettings, type, typed,
} from "./settings.mjs";
import { test } from "./support.mjs";

const it = setting();

describe("settings are changed", () => {
  test("several kinds of fields: reviewed, saved by the keyboard's own way, and only what was touched is sent", async () => {
    const { page, done } = await it.visit();
    const before = await held(it.api);
    await openSettings(page, it.api);
    assert.equal(await bar(page).count(), 0, "nothing is unsaved at first");

    // A title, with what is left of it.
    await field(page, "Title").fill("🎁".repeat(17));
    await page.getByText("34 of 32 characters. 2 too many. An emoji, or another rare character, counts as two.").waitFor();
    await field(page, "Title").blur();
    await isWrong(page, "Title", /^Title: the title may be 32 characters long and is 34/);
    await field(page, "Title").fill("Winter Rewards 🎁");
    await page.getByText("17 of 32 characters. An emoji, or another rare character, counts as two.").waitFor();
    await isFine(page, "Title");

    // A switch.
    await page.getByRole("switch", { name: "Show the currency" }).uncheck();

    // Domains: pasted with all around them, refused with the reason, and what is refused stays typed.
    const domains = field(page, "Allowed domains");
    const entries = page.getByRole("main").getByRole("listitem");
    // Key by key: the field must not be drawn anew under the fingers.
    const add = async (text) => {
      await domains.fill("");
      await domains.focus();
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    };
    await add("https://Blog.Example.org/path?x=1");
    await entries.filter({ hasText: /^blog\.example\.org/ }).waitFor();
    await eventually(async () => assert.equal(await domains.inputValue(), ""));
    for (const [text, why] of [
      ["https://example.com/path", /“example\.com” is in the list already, as entry 1/],
      ["*.example.net", /“\*\.example\.net” holds a \*/],
      ["two words.example", /“two words\.example” holds a space/],
    ]) {
      await add(text);
      await isWrong(page, "Allowed domains", why);
      await eventually(async () => assert.equal(await domains.inputValue(), text, "it stays typed"));
    }
    await domains.fill("");
    await isFine(page, "Allowed domains");
    await button(page, "Remove shop.example.com").click();
    await entries.filter({ hasText: /^shop\.example\.com/ }).waitFor({ state: "detached" });
    await hasFocus(button(page, "Remove blog.example.org"));

    // A colour, a number, a link; each wrong at first.
    for (const [name, bad, why, good] of [
      ["Light colour “accent”", "url(x)", /is not a colour/, "#ff0000"],
      ["Width", "4oo", /write a whole number of pixels, such as 400/, "480"],
      ["Call to action link", "javascript:alert(1)", /does not start with https:\/\//, "https://example.com/welcome"],
    ]) {
      await type(page, { [name]: bad });
      await isWrong(page, name, why);
      await eventually(async () => assert.equal(await field(page, name).inputValue(), bad, "it stays typed"));
      await field(page, name).fill(good);
      await isFine(page, name);
    }

    // The bar names the sections, the review every change.
    const sections = "Store, Currency, Widget, Size and appearance, Call to action";
    await bar(page).getByText(`Unsaved: ${sections}`, { exact: true }).waitFor();
    await bar(page).getByText("6 changes", { exact: true }).waitFor();
    await button(bar(page), "Review").click();
    await dialog(page).getByRole("heading", { name: "6 changes to save" }).waitFor();
    const rows = await dialog(page).locator("dl > div").evaluateAll((all) => all.map((row) => row.innerText.replace(/\s+/g, " ").trim()));
    assert.deepEqual(rows, [
      "Title was Practice Rewards Store will be Winter Rewards 🎁 Put back",
      "Show the currency was on will be off Put back",
      "Allowed domains removed shop.example.com added blog.example.org Put back",
      "Width was 400 will be 480 Put back",
      "Light colour “accent” was rgb(112, 72, 232) will be #ff0000 Put back",
      "Call to action link was https://example.com/join will be https://example.com/welcome Put back",
    ]);
    await button(dialog(page), "Go on editing").click();
    await hasFocus(button(bar(page), "Review"));
    assert.deepEqual(await sent(it.api), [], "looking is not sending");
    assert.deepEqual(await held(it.api), before);

    await page.keyboard.press("Control+s");
    await result(page).getByText(`Saved: ${sections}`, { exact: true }).waitFor();
    await hasFocus(result(page));
    await bar(page).waitFor({ state: "detached" });
    assert.deepEqual(await drafts(page), [], "a saved draft is forgotten");
    const after = changed(before, {
      title: "Winter Rewards 🎁",
      "currency.isEnabled": false,
      "widget.allowedDomains": ["example.com", "blog.example.org"],
      "widget.size.width": 480,
      "widget.appearance.light.palette.accent": "#ff0000",
      "widget.callToAction.link": "https://example.com/welcome",
    });
    assert.deepEqual(await sent(it.api), [{ isEnabled: true, title: after.title, currency: after.currency, widget: sendable(after.widget) }]);
    assert.equal((await it.api.puts())[0].contentType, "application/json");
    assert.deepEqual(await held(it.api), after, "the store holds it, and the rest as it was");
    await result(page).getByText("6 settings sent and read back").click();
    await result(page).getByText("https://example.com/welcome").waitFor();
    // The badge of the store says its new name.
    await page.getByRole("banner").getByText("Winter Rewards 🎁").waitFor();
    await done();
  });

  test("one field of the store alone is one field of the request", async () => {
    const { page, done } = await it.visit();
    const before = await held(it.api);
    await openSettings(page, it.api);
    await type(page, { Description: "<p>Nothing <script>window.ran = true</script> is run here.</p>" });
    await saved(page, "Store");
    assert.deepEqual(await sent(it.api), [{ description: "<p>Nothing <script>window.ran = true</script> is run here.</p>" }]);
    assert.deepEqual(await held(it.api), { ...before, description: (await sent(it.api))[0].description });
    assert.equal(await page.evaluate(() => window.ran), undefined, "HTML is text here");
    await done();
  });

  test("a second press while it is saved sends nothing more, and what is typed meanwhile stays typed", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, { "Currency name": "Gems" });
    await it.api.faults({ method: "PUT", hold: true, fault: { kind: "pass" } });
    await save(page);
    await button(bar(page), "Saving…").waitFor();
    await button(bar(page), "Saving…").click({ force: true });
    await page.keyboard.press("Control+s");
    await field(page, "Title").fill("Typed meanwhile");
    await eventually(async () => assert.equal((await it.api.puts()).length, 1));
    await it.api.release();
    await result(page).getByText("Saved: Currency", { exact: true }).waitFor();
    await bar(page).getByText("Unsaved: Store", { exact: true }).waitFor();
    await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Typed meanwhile"));
    await saved(page, "Store");
    assert.deepEqual((await sent(it.api)).map((body) => Object.keys(body).sort()), [["currency"], ["isEnabled", "title"]]);
    await done();
  });

  test("a colour is added and taken away; a list of texts is pasted", async () => {
    const { page, done } = await it.visit();
    const before = await held(it.api);
    await openSettings(page, it.api);
    await page.getByRole("group", { name: "Colours to add, dark" }).getByRole("button").first().click();
    const added = (await page.getByRole("group", { name: "Dark colours" }).locator("input[type=text]").first().getAttribute("id")).split("-").at(-1);
    await field(page, `Dark colour “${added}”`).fill("hsl(120deg 50% 50%)");
    await button(page, "Remove Light colour “shadow”").click();
    await field(page, "Test roles").fill("VIP Member, Staff; VIP Member");
    await button(page, "Add test role").click();
    await isWrong(page, "Test roles", /“VIP Member” is in the list already/);
    await field(page, "Test roles").fill("");
    await saved(page, "Widget, Size and appearance");
    const palette = { ...before.widget.appearance.light.palette };
    delete palette.shadow;
    const after = changed(before, {
      "widget.testRoles": ["VIP Member", "Staff"],
      "widget.appearance.light.palette": palette,
      "widget.appearance.dark.palette": { [added]: "hsl(120deg 50% 50%)" },
    });
    assert.deepEqual(await sent(it.api), [{ widget: sendable(after.widget) }]);
    assert.deepEqual(await held(it.api), after);
    await done();
  });
});

describe("what is not to be saved", () => {
  test("a short field is put back at once, several after a question", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    const before = await typed(page);
    await type(page, { "Currency name": "Gems" });
    await button(bar(page), "Discard").click();
    await bar(page).waitFor({ state: "detached" });
    assert.equal(await dialog(page).count(), 0, "nobody is asked about one word");
    assert.deepEqual(await typed(page), before);

    await type(page, { "Currency name": "Gems", Title: "Another", Height: "4oo" });
    await button(bar(page), "Discard").click();
    await dialog(page).getByRole("heading", { name: "Discard 3 changes?" }).waitFor();
    await eventually(async () => assert.deepEqual((await dialog(page).getByRole("listitem").allInnerTexts()).sort(), ["Currency name", "Height", "Title"]));
    await button(dialog(page), "Keep them").click();
    await eventually(async () => assert.equal(await field(page, "Height").inputValue(), "4oo"));
    await button(bar(page), "Discard").click();
    await page.keyboard.press("Escape");
    await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Another"));
    await button(bar(page), "Discard").click();
    await button(dialog(page), "Discard").click();
    await bar(page).waitFor({ state: "detached" });
    assert.deepEqual(await typed(page), before);
    await hasFocus(heading(page, "Settings"));

    // A long text alone deserves the question, too.
    await type(page, { Description: "A text that took somebody a while to write, so that it is not thrown away at a slip." });
    await button(bar(page), "Discard").click();
    await dialog(page).getByRole("heading", { name: "Discard 1 change?" }).waitFor();
    await button(dialog(page), "Discard").click();
    assert.deepEqual(await typed(page), before);
    assert.deepEqual(await drafts(page), []);
    assert.deepEqual(await sent(it.api), []);
    await done();
  });

  test("one field, or one line of the review, is put back", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    const before = await typed(page);
    await type(page, { Title: "Another", "Currency name": "Gems" });
    await button(page, "Put back Title").click();
    await hasFocus(field(page, "Title"));
    await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Practice Rewards Store"));
    await bar(page).getByText("Unsaved: Currency", { exact: true }).waitFor();
    await button(bar(page), "Review").click();
    await button(dialog(page), "Put back Currency name").click();
    await dialog(page).waitFor({ state: "hidden" });
    await bar(page).waitFor({ state: "detached" });
    assert.deepEqual(await typed(page), before);
    await done();
  });

  test("what cannot be sent is not: the summary leads to each field", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, { Title: "", "Cover picture, light theme": "data:image/png;base64,AAAA", Width: "wide", "Allowed domains": "not.added.example" });
    await page.keyboard.press("Control+s");
    await hasFocus(result(page));
    const summary = result(page).getByRole("alert");
    await summary.getByRole("heading", { name: "There are problems with 4 settings" }).waitFor();
    for (const [name, words] of [
      ["Title", /^Title: an open store needs a title/],
      ["Cover picture, light theme", /^Cover picture, light theme: the picture is packed into the text itself/],
      ["Width", /^Width: write a whole number of pixels/],
      ["Allowed domains", /^Allowed domains: “not\.added\.example” is typed but not added/],
    ]) {
      await summary.getByRole("link", { name: words }).click();
      await hasFocus(field(page, name));
      await isWrong(page, name, words);
    }
    assert.deepEqual(await it.api.puts(), []);
    // Each that is mended leaves the summary, and then it can be saved.
    await button(page, "Add domain").click();
    await type(page, { Title: "Mended", "Cover picture, light theme": "" });
    await summary.getByRole("heading", { name: "There is a problem with one setting" }).waitFor();
    await type(page, { Width: "320" });
    await summary.waitFor({ state: "detached" });
    await saved(page, "Store, Cover, Widget, Size and appearance");
    const now = await held(it.api);
    assert.deepEqual([now.title, now.cover.light, now.widget.size.width, now.widget.allowedDomains.at(-1)], ["Mended", "", 320, "not.added.example"]);
    await done();
  });
});

describe("stores of both generations", () => {
  test("the older one is edited and sent in its own shape", async () => {
    const { page, done } = await it.visit();
    await it.api.settings({ generationA: true });
    const before = await held(it.api);
    await openSettings(page, it.api);
    await eventually(async () => assert.equal(await field(page, "Cover picture").inputValue(), "https://example.com/cover-light.png"));
    await type(page, { "Cover picture": "https://example.com/new.png", "Currency symbol": "G" });
    await saved(page, "Cover, Currency");
    assert.deepEqual(await sent(it.api), [
      { cover: { type: "image", value: "https://example.com/new.png" }, currency: { name: "Coins", symbol: "G" } },
    ]);
    const now = await held(it.api);
    assert.equal(now.cover.light, "https://example.com/new.png");
    assert.deepEqual({ ...now, cover: 0, currency: 0 }, { ...before, cover: 0, currency: 0 });
    await done();
  });

  test("what it did not return is folded away, can be set, and a refusal of it is shown", async () => {
    const { page, done } = await it.visit();
    await it.api.settings({ generationA: true });
    await openSettings(page, it.api);
    await page.getByText("Not returned by this store: 3 settings").first().waitFor();
    assert.ok(!(await field(page, "Cover picture, dark theme").isVisible()));
    await page.getByRole("region", { name: "Cover" }).getByText(/^Not returned by this store/).click();
    await type(page, { "Cover picture, dark theme": "https://example.com/dark.png" });
    await save(page);
    await result(page).getByRole("link", { name: /^Cover picture, dark theme|cover\.dark/ }).or(result(page).getByText(/cover\.dark/)).first().waitFor();
    await eventually(async () => assert.equal(await field(page, "Cover picture, dark theme").inputValue(), "https://example.com/dark.png"));
    assert.deepEqual(await sent(it.api), [{ cover: { type: "image", value: "https://example.com/cover-light.png", dark: "https://example.com/dark.png" } }]);
    await done(/400/);
  });

  test("unknown fields and values are shown, kept and sent along with what stands beside them", async () => {
    const { page, done } = await it.visit();
    const { data } = await (await fetch(`${it.api.api}/stores`, { headers: { authorization: `Bearer ${keys.second}` } })).json();
    const odd = changed(data, { "widget.accessMode": "beta", "widget.novelty": { deep: [1, null] }, "widget.testUsers": [{ id: 7 }], "season": "winter" });
    const answer = (data) => ({ status: "success", meta: { statusCode: 200, status: "success" }, message: "ok", data });
    const reads = (data) => ({ method: "GET", path: "/v1/stores", times: 0, fault: { kind: "status", status: 200, body: answer(data) } });
    await it.api.faults(reads(odd));
    await openSettings(page, it.api);
    await eventually(async () => assert.equal(await field(page, "Access mode").inputValue(), "beta"));
    await page.getByText("beta (as the store has it; not documented)").waitFor({ state: "attached" });
    await eventually(async () => assert.equal(await field(page, "Test users").inputValue(), '[{"id":7}]'));
    const rest = page.getByRole("region", { name: "Also returned by the store" });
    await rest.getByText("season").waitFor();
    await rest.getByText("winter").waitFor();
    await rest.getByText(/novelty/).waitFor();

    await type(page, { Width: "480" });
    const after = changed(odd, { "widget.size.width": 480 });
    await it.api.faults(reads(odd), { method: "PUT", hold: true, fault: { kind: "status", status: 200, body: answer({}) } });
    await save(page);
    await eventually(async () => assert.equal((await it.api.puts()).length, 1));
    await it.api.faults(reads(after));
    await it.api.release();
    await result(page).getByText("Saved: Size and appearance", { exact: true }).waitFor();
    assert.deepEqual(await sent(it.api), [{ widget: sendable(after.widget) }]);
    // An unknown value can be left and found again.
    await field(page, "Access mode").selectOption("development");
    await field(page, "Access mode").selectOption("beta");
    await bar(page).waitFor({ state: "detached" });
    await done();
  });
});

describe("the widget's key", () => {
  test("is nowhere: not in the page, its memory, what the engine says, or what is sent", async () => {
    const { page, context, trouble, done } = await it.visit();
    const requests = [];
    context.on("request", (request) => requests.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ""}`));
    await page.addInitScript(() => {
      const heard = (globalThis.heard = []);
      const hear = (message) => {
        if (message instanceof ArrayBuffer || ArrayBuffer.isView(message)) heard.push(new TextDecoder("latin1").decode(message));
        else if (message && typeof message === "object") Object.values(message).forEach(hear);
        else heard.push(`${message}`);
      };
      globalThis.Worker = class extends Worker {
        constructor(...given) {
          super(...given);
          this.addEventListener("message", ({ data }) => hear(data));
        }
        postMessage(message, ...rest) {
          hear(message);
          super.postMessage(message, ...rest);
        }
      };
    });
    const { apiKey } = (await held(it.api)).widget;
    assert.match(apiKey, /^canary/);
    const seen = [];
    const look = async (what) => {
      const places = await page.evaluate(() => [
        ...globalThis.heard, document.documentElement.outerHTML, JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, history.state]),
        ...[...document.querySelectorAll("input, textarea, select")].map((control) => control.value),
      ]);
      // Drafts are kept in hexadecimal digits.
      const kept = (await drafts(page)).map(([, text]) => Buffer.from(text, "hex").toString("latin1"));
      seen.push(...[...places, ...kept, ...trouble, ...requests].map((text) => [what, text]));
    };
    await openSettings(page, it.api);
    await page.getByRole("region", { name: "Also returned by the store" }).getByText("Widget key").waitFor();
    await look("read");
    await type(page, { Width: "480", "Currency name": "Gems" });
    await button(bar(page), "Review").click();
    await look("reviewed");
    await button(dialog(page), "Go on editing").click();
    await it.api.editStore({ widget: { ...sendable((await held(it.api)).widget), size: { mode: "dynamic", width: 500, height: 400 } } });
    await save(page);
    await dialog(page).waitFor();
    await look("clash");
    await dialog(page).getByRole("radio", { name: /^Mine/ }).check();
    await button(dialog(page), "Save with these choices").click();
    await result(page).getByText(/^Saved: /).waitFor();
    await look("saved");
    assert.ok(seen.some(([what, text]) => what === "reviewed" && text.includes("Gems")), "it was looked into");
    for (const secret of [apiKey, "canary"]) {
      assert.deepEqual(seen.filter(([, text]) => text.includes(secret)).map(([what, text]) => [what, text.slice(0, 300)]), []);
    }
    assert.equal((await sent(it.api)).length, 1);
    assert.ok(!JSON.stringify(await sent(it.api)).includes("apiKey"));
    assert.equal((await held(it.api)).widget.apiKey, apiKey, "it is still there");
    await done();
  });
});

describe("where there is nothing to edit", () => {
  test("without a store the page says so, and goes there once there is one", async () => {
    const { page, done } = await it.visit();
    await page.goto(`${it.api.url}/settings`);
    await page.getByText("The configuration of a store is shown and changed here once you are connected to it.").waitFor();
    await connect(page, it.api);
    await toSettings(page);
    await done();
  });
});
