// Connecting: each way of not getting in has its own words, and the key is nowhere it should not be.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe } from "node:test";
import { button, connect, eventually, failed, folder, heading, keys, submitKey, visit, world } from "./journey.mjs";
import { launch, serve, test } from "./support.mjs";

let api;
let browser;
let files;

before(async () => {
  [api, browser] = await Promise.all([world(), launch()]);
  files = folder();
});
after(async () => {
  await browser.close();
  api.stop();
  files.remove();
});
beforeEach(() => api.reset());

const field = (page) => page.getByLabel("API key", { exact: true });
const note = (page) => page.getByRole("main").getByRole("alert").filter({ hasText: /\S/ });

/** Tries to connect, and reads what is said about it. */
async function refusal(page, key) {
  await page.goto(`${api.url}/connect`);
  await submitKey(page, key);
  const words = await note(page).innerText();
  await eventually(async () => assert.equal(await field(page).inputValue(), key, "what was typed stays"));
  return words;
}

describe("a key that does not open the store", () => {
  const seen = new Set();
  const own = (words) => assert.ok(!seen.has(words) && seen.add(words), words);

  test("an unknown one: 401", async () => {
    const { page, done } = await visit(browser, api);
    const words = await refusal(page, "no-such-key-0001");
    assert.match(words, /does not know this API key \(401\)/);
    assert.match(words, /Invalid API key/, "the server's own words");
    await eventually(async () => assert.equal(await field(page).getAttribute("aria-invalid"), "true"));
    own(words);
    await done(failed("401"));
  });

  test("one without the permission: 403", async () => {
    const { page, done } = await visit(browser, api);
    const words = await refusal(page, keys.powerless);
    assert.match(words, /may not do that \(403\)/);
    assert.match(words, /permission "store"/);
    own(words);
    await done(failed("403"));
  });

  test("at an address that lacks its path: 404", async () => {
    const config = files.write("config.json", JSON.stringify({ hosts: [{ label: "No path", base: new URL(api.api).origin }, { label: "Practice API", base: api.api }] }));
    const site = await serve("--config", config);
    const { page, done } = await visit(browser, { ...api, url: site.url });
    await page.goto(`${site.url}/connect`);
    await page.getByLabel("Host", { exact: true }).selectOption("No path");
    await submitKey(page, keys.main);
    const words = await note(page).innerText();
    assert.match(words, /nothing at this address \(404\)/);
    assert.match(words, /\/v1/);
    own(words);
    // The other host of the list is one choice away, and the key is still in its field.
    await page.getByLabel("Host", { exact: true }).selectOption("Practice API");
    await button(page.getByRole("main"), "Connect").click();
    await heading(page, /^Connected to /).waitFor();
    await done(failed("404"));
    site.stop();
  });

  test("where this page may not call (CORS)", async () => {
    await api.settings({ refuseCors: true });
    const { page, done } = await visit(browser, api);
    const words = await refusal(page, keys.main);
    assert.match(words, /does not answer calls from this page/);
    assert.match(words, /CORS/);
    own(words);
    await done(/blocked by CORS policy/, failed("ERR_FAILED"));
  });

  test("without a network", async () => {
    const { page, context, done } = await visit(browser, api);
    await page.goto(`${api.url}/connect`);
    await field(page).fill(keys.main);
    await context.setOffline(true);
    await page.getByText("You are offline.").waitFor();
    await button(page.getByRole("main"), "Connect").click();
    const words = await note(page).innerText();
    assert.match(words, /This computer is offline/);
    own(words);
    assert.deepEqual(await api.log(), [], "nothing was sent");
    await context.setOffline(false);
    await page.getByText("You are offline.").waitFor({ state: "detached" });
    await button(page.getByRole("main"), "Connect").click();
    await heading(page, /^Connected to /).waitFor();
    await done();
  });

  test("a web page in the place of an answer", async () => {
    await api.faults({ method: "GET", path: "/stores", times: 0, fault: { kind: "html", status: 200 } });
    const { page, done } = await visit(browser, api);
    const words = await refusal(page, keys.main);
    assert.match(words, /Something other than the store's API answered: a web page/);
    own(words);
    assert.equal(await page.evaluate(() => window.ran), undefined, "it is text");
    await done();
  });

  test("nothing, or what cannot be a key, is not sent", async () => {
    const { page, done } = await visit(browser, api);
    await page.goto(`${api.url}/connect`);
    await button(page.getByRole("main"), "Connect").click();
    await eventually(async () => assert.match(await note(page).innerText(), /Paste the API key here/));
    assert.ok(await field(page).evaluate((field) => field === document.activeElement));
    own(await refusal(page, "two words"));
    assert.deepEqual(await api.log(), []);
    await done();
  });
});

describe("a key that opens the store", () => {
  test("shows which store it is, on the page and in the header", async () => {
    const { page, done } = await visit(browser, api);
    await connect(page, api);
    const { communityID } = await api.state();
    await page.getByRole("region", { name: "The connection" }).getByText(communityID).waitFor();
    await page.getByRole("banner").getByText(communityID.slice(0, 8)).waitFor();
    assert.equal(await page.title(), "Connect · Storekeeper");
    await done();
  });

  test("is gone after a reload, and kept nowhere", async () => {
    const { page, done } = await visit(browser, api);
    await connect(page, api);
    assert.deepEqual(await page.evaluate(() => [{ ...sessionStorage }, { ...localStorage }]), [{}, {}]);
    await page.reload();
    await heading(page, "Where do you want to work?").waitFor();
    await field(page).waitFor();
    await eventually(async () => assert.equal(await field(page).inputValue(), ""));
    await done();
  });

  test("is kept in this tab, and in no other, if the person says so; disconnecting forgets it", async () => {
    const { page, context, done } = await visit(browser, api);
    await page.goto(`${api.url}/connect`);
    await page.getByLabel("Keep the key in this tab until it is closed").check();
    await submitKey(page, keys.main);
    await heading(page, /^Connected to /).waitFor();
    assert.deepEqual(Object.values(await page.evaluate(() => ({ ...sessionStorage }))).sort(), [api.api, keys.main].sort());
    await page.reload();
    await heading(page, /^Connected to /).waitFor();
    assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});

    const other = await context.newPage();
    await other.goto(`${api.url}/connect`);
    await heading(other, "Where do you want to work?").waitFor();

    await button(page.getByRole("banner"), "Disconnect").click();
    await heading(page, "Where do you want to work?").waitFor();
    assert.deepEqual(await page.evaluate(() => ({ ...sessionStorage })), {});
    await page.reload();
    await heading(page, "Where do you want to work?").waitFor();
    await done();
  });

  test("and was kept, but has died meanwhile: the page says so", async () => {
    const { page, done } = await visit(browser, api);
    await page.goto(`${api.url}/connect`);
    await page.getByLabel("Keep the key in this tab until it is closed").check();
    await submitKey(page, keys.main);
    await heading(page, /^Connected to /).waitFor();
    await api.faults({ method: "GET", path: "/stores", times: 0, fault: { kind: "status", status: 401, body: { message: "API key expired" } } });
    await page.reload();
    await page.getByText("The key kept in this tab did not work:").waitFor();
    await page.getByText("API key expired").waitFor();
    await done(failed("401"));
  });
});

describe("addresses", () => {
  test("of the app open where they lead, also after a reload", async () => {
    const { page, done } = await visit(browser, api);
    for (const [path, name] of [["/bulk", "Update products from a file"], ["/products", "Products"], ["/settings", "Settings"], ["/connect", "Where do you want to work?"]]) {
      await page.goto(api.url + path);
      await heading(page, name).waitFor();
      await page.reload();
      await heading(page, name).waitFor();
      assert.equal(new URL(page.url()).pathname, path);
    }
    await page.goto(api.url);
    await eventually(() => assert.equal(new URL(page.url()).pathname, "/connect"));
    await done();
  });

  test("of nothing get the host's page and a 404", async () => {
    const { page, done } = await visit(browser, api);
    const answer = await page.goto(`${api.url}/no/such/page`);
    assert.equal(answer.status(), 404);
    await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
    await done(failed("404"));
  });

  test("of a store show its products and settings once connected", async () => {
    const { page, done } = await visit(browser, api);
    await connect(page, api);
    await page.getByRole("link", { name: "Products", exact: true }).click();
    await page.getByText(/^\d+ products$/).waitFor();
    const [product] = await api.products(1);
    await page.getByLabel("Search the products").fill(product.name);
    await page.getByRole("row", { name: product._id }).waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await heading(page, "Settings").waitFor();
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    await done();
  });
});
