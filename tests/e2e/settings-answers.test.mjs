// Saving settings ends in every way it can: the words are right, nothing typed is lost, nothing is sent twice by itself.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { button, eventually, failed, keys, setting } from "./journey.mjs";
import { bar, changed, field, hasFocus, held, isFine, isWrong, openSettings, result, save, sendable, sent, type, typed } from "./settings.mjs";
import { test } from "./support.mjs";

const it = setting();

const edits = { Title: "Winter Rewards", "Currency name": "Gems", Width: "480" };
const wanted = { title: "Winter Rewards", "currency.name": "Gems", "widget.size.width": 480 };
const all = "Store, Currency, Size and appearance";
const bodyOf = (settings) => ({ isEnabled: true, title: settings.title, currency: settings.currency, widget: sendable(settings.widget) });

/** Types, lets the change be answered so, and presses Save. */
async function answered(...rules) {
  const visited = await it.visit();
  const { page } = visited;
  const before = await held(it.api);
  await openSettings(page, it.api);
  await hasten(page);
  await type(page, edits);
  const form = await typed(page);
  await it.api.faults(...rules.map((rule) => ({ method: "PUT", ...rule })));
  await save(page);
  return { ...visited, before, after: changed(before, wanted), form };
}

/** The engine waits a tenth as long between one look at the store and the next. */
const hasten = (page) =>
  page.workers()[0].evaluate(() => {
    const real = globalThis.setTimeout;
    globalThis.setTimeout = (call, millis, ...rest) => real(call, millis < 10_000 ? millis / 10 : millis, ...rest);
  });

/** It was not saved: the words, how sure they are, and all that was typed. */
async function isRefused({ page, form }, words, fate = "Not changed", sections = all) {
  const note = result(page);
  await note.getByText(fate, { exact: true }).waitFor({ timeout: 30_000 });
  await hasFocus(note);
  const said = await note.innerText();
  for (const pattern of [words].flat()) assert.match(said, pattern);
  assert.match(said, /What you typed is still here/);
  assert.deepEqual(await typed(page), form, "nothing typed is lost");
  await bar(page).getByText(`Unsaved: ${sections}`, { exact: true }).waitFor();
}

/** Saving again works: the same once more, and no more. */
async function savesAgain({ page, after }, times = 1) {
  await it.api.faults();
  const before = (await sent(it.api)).length;
  await save(page);
  await result(page).getByText(`Saved: ${all}`, { exact: true }).waitFor();
  const bodies = await sent(it.api);
  assert.deepEqual(bodies.slice(before), Array(times).fill(bodyOf(after)));
  assert.deepEqual(await held(it.api), after);
  await bar(page).waitFor({ state: "detached" });
}

/** It was saved, whatever the answer said. */
async function isSavedAllTheSame({ page, after }, words) {
  await result(page).getByText(`Saved: ${all}`, { exact: true }).waitFor({ timeout: 30_000 });
  await result(page).getByText("On the way something went wrong, and the store holds the change all the same").waitFor();
  await eventually(async () => assert.match(await result(page).innerText(), words));
  await hasFocus(result(page));
  await bar(page).waitFor({ state: "detached" });
  assert.deepEqual(await held(it.api), after);
  await eventually(async () => assert.equal(await field(page, "Title").inputValue(), "Winter Rewards"));
}

const refusal = (status, message, more = {}) => ({ fault: { kind: "status", status, body: { status: "error", message, meta: { statusCode: status, status: "error" }, ...more } } });

describe("a refusal that names fields (400)", () => {
  for (const [how, body] of [
    ["at its beginning", { message: "currency.name must be longer" }],
    ["in a list", { message: ["currency.name must be longer"], statusCode: 400 }],
    ["one by one", { message: "Bad Request", errors: [{ field: "currency.name", message: "must be longer" }] }],
  ]) {
    test(`${how}: the words stand beside the field, and the summary leads there`, async () => {
      const saving = await answered({ fault: { kind: "status", status: 400, body } });
      const { page, done } = saving;
      await isRefused(saving, [/refused these settings: something in them is not as it wants it \(400\)/, /There is a problem with one setting/]);
      await isWrong(page, "Currency name", /^The store says: .*must be longer$/);
      await isFine(page, "Title");
      await result(page).getByRole("link", { name: /^Currency name: the store says “.*must be longer”$/ }).click();
      await hasFocus(field(page, "Currency name"));
      assert.equal((await sent(it.api)).length, 1);
      // What is said of a field is said of what stood there.
      await type(page, { "Currency name": "Gemstones" });
      await isFine(page, "Currency name");
      await type(page, { "Currency name": "Gems" });
      await savesAgain(saving);
      await done(failed("400"));
    });
  }

  test("as the practice store itself does", async () => {
    const { page, done } = await it.visit();
    await it.api.settings({ generationA: true });
    await openSettings(page, it.api);
    await page.getByRole("region", { name: "Widget", exact: true }).getByText(/^Not returned by this store/).click();
    await type(page, { "Test roles": "VIP" });
    await button(page, "Add test role").click();
    await save(page);
    await result(page).getByText("Not changed", { exact: true }).waitFor();
    await eventually(async () => assert.match(await result(page).innerText(), /testRoles should not exist/));
    await page.getByRole("listitem").filter({ hasText: /^VIP/ }).waitFor();
    await done(failed("400"));
  });
});

describe("a refusal in the store's own words", () => {
  for (const [status, message, words] of [
    [400, "Something is wrong somewhere", /refused these settings.*\(400\)/],
    [401, "API key expired", /does not know this API key \(401\)/],
    [403, "Not for you", /may not do that \(403\)/],
    [404, "Cannot PUT /stores", [/did not find what was to be changed \(404\)/, /gateway does not pass this address on/]],
    [409, "Conflicting update", /in conflict with what the store holds \(409\)/],
    [422, "Unprocessable <b>things</b>", /refused these settings/],
    [429, "Too many requests", /fewer requests \(429\)/],
    [500, "Internal error", /failed while it worked on this \(500\)/],
    [502, "upstream", /did not hear from the store behind it in time \(502\)/],
    [503, "maintenance", /./],
  ]) {
    test(`${status}`, async () => {
      const saving = await answered(refusal(status, message));
      await isRefused(saving, words, status < 500 ? "Not changed" : "Unknown");
      await result(saving.page).getByText("The server’s words").waitFor();
      await result(saving.page).getByText(message, { exact: true }).waitFor();
      assert.equal((await sent(it.api)).length, 1, "once");
      assert.doesNotMatch(await result(saving.page).innerText(), /roduct/, "it is not about products");
      await savesAgain(saving);
      await saving.done(failed(`${status}`));
    });
  }
});

describe("a refusal in plain text", () => {
  test("is in the store's own words, beside the field it names", async () => {
    const saving = await answered({ fault: { kind: "status", status: 409, body: "currency.name is already taken" } });
    await isRefused(saving, [/in conflict with what the store holds \(409\)/, /There is a problem with one setting/]);
    await isWrong(saving.page, "Currency name", /^The store says: currency\.name is already taken$/);
    await savesAgain(saving);
    await saving.done(failed("409"));
  });

  test("that names no field, and a web page, which is not the store's words", async () => {
    const saving = await answered({ fault: { kind: "status", status: 400, body: "Not on a Sunday" } });
    await isRefused(saving, /refused these settings/);
    await result(saving.page).getByText("Not on a Sunday", { exact: true }).waitFor();
    await it.api.faults({ method: "PUT", fault: { kind: "html", status: 400 } });
    await save(saving.page);
    await eventually(async () => assert.equal((await sent(it.api)).length, 2));
    await isRefused(saving, /refused these settings/);
    assert.doesNotMatch(await result(saving.page).innerText(), /Sunday|The server’s words|Welcome/);
    await saving.done(failed("400"));
  });
});

describe("a key that dies meanwhile", () => {
  test("already when the store is read before: nothing is sent, and a new key saves", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, edits);
    const form = await typed(page);
    await it.api.faults({ method: "GET", path: "/stores", times: 0, ...refusal(401, "API key expired") });
    await save(page);
    await result(page).getByText("Not sent", { exact: true }).waitFor();
    await result(page).getByText(/does not know this API key \(401\)/).waitFor();
    assert.deepEqual(await typed(page), form);
    assert.deepEqual(await sent(it.api), []);
    await it.api.faults();
    await page.getByRole("banner").getByRole("button", { name: "Disconnect" }).click();
    await button(page.getByRole("dialog"), "Leave").click();
    await openSettings(page, it.api, keys.second);
    await page.getByText("Your unsaved changes are back").waitFor();
    assert.deepEqual(await typed(page), form);
    await save(page);
    await result(page).getByText(`Saved: ${all}`, { exact: true }).waitFor();
    assert.deepEqual((await it.api.puts()).map((put) => put.key), ["second"]);
    await done(failed("401"));
  });
});

describe("an answer that proves nothing: the store is read, and is never written twice", () => {
  const ways = [
    ["502", { fault: { kind: "status", status: 502, body: { status: "error", message: "upstream" } } }, /\(502\)/, failed("502")],
    ["500", { fault: { kind: "status", status: 500, body: { status: "error", message: "oops" } } }, /\(500\)/, failed("500")],
    ["a gateway's web page", { fault: { kind: "html", status: 502 } }, /\(502\)/, failed("502")],
    ["a sign-in page (200)", { fault: { kind: "html", status: 200 } }, /Something other than the store's API answered: a web page/, /^$/],
    ["an empty answer (200)", { fault: { kind: "status", status: 200 } }, /The store's answer was empty\./, /^$/],
    ["an envelope that says error (200)", { fault: { kind: "status", status: 200, body: { status: "error", message: "no", meta: { statusCode: 500, status: "error" } } } }, /says that the request failed|\(500\)/, /^$/],
    ["a body that breaks off", { fault: { kind: "cut", keep: 5 } }, /answer broke off in the middle/, failed("ERR_CONTENT_LENGTH_MISMATCH")],
    ["bytes that are not HTTP", { fault: { kind: "garbage" } }, /connection to this host failed before an answer came|No answer|failed/, failed("ERR_")],
    ["an answer without CORS", { withoutCors: true, fault: { kind: "status", status: 502, body: "" } }, /connection to this host failed before an answer came/, /blocked by CORS policy|net::ERR_FAILED/],
  ];
  for (const [how, rule, words, allowed] of ways) {
    test(`${how}, and it was applied`, async () => {
      const saving = await answered({ ...rule, apply: true });
      await isSavedAllTheSame(saving, words);
      assert.deepEqual(await sent(it.api), [bodyOf(saving.after)]);
      assert.equal(await saving.page.evaluate(() => window.ran), undefined, "an answer is text");
      await saving.done(allowed);
    });

    test(`${how}, and nothing was applied`, async () => {
      const saving = await answered({ ...rule, apply: false });
      await isRefused(saving, [words, /It does not show yet/].flat(), "Unknown");
      assert.equal((await sent(it.api)).length, 1);
      await savesAgain(saving);
      await saving.done(allowed);
    });
  }

  // Chromium itself sends a PUT again when a kept-alive connection is reset, without a word to the page.
  for (const kind of ["reset", "close"]) {
    for (const apply of [true, false]) {
      test(`a connection that ends (${kind}), ${apply ? "and it was applied" : "and nothing was applied"}`, async () => {
        const saving = await answered({ times: 0, apply, fault: { kind } });
        if (apply) await isSavedAllTheSame(saving, /failed before an answer came/);
        else {
          await isRefused(saving, /failed before an answer came/, "Unknown");
          await savesAgain(saving);
        }
        await saving.done(failed("ERR_"));
      });
    }
  }

  test("no answer at all: it is waited for, given up, and looked for", async () => {
    for (const apply of [true, false]) {
      await it.api.reset();
      const visited = await it.visit();
      const { page } = visited;
      const before = await held(it.api);
      await openSettings(page, it.api);
      // A minute is a long time in a test: the engine's clock for it runs out at the test's word.
      await page.workers()[0].evaluate(() => {
        const real = globalThis.setTimeout;
        globalThis.setTimeout = (call, millis, ...rest) => (millis === 60_000 ? void (globalThis.runOut = call) : real(call, millis, ...rest));
      });
      await type(page, edits);
      const saving = { ...visited, before, after: changed(before, wanted), form: await typed(page) };
      await it.api.faults({ method: "PUT", apply, fault: { kind: "hang" } });
      await save(page);
      await eventually(async () => assert.equal((await it.api.puts()).length, 1));
      await page.workers()[0].evaluate(() => globalThis.runOut());
      if (apply) await isSavedAllTheSame(saving, /No answer came in time/);
      else {
        await isRefused(saving, /No answer came in time/, "Unknown");
        await savesAgain(saving);
      }
      await visited.done(failed("ERR_ABORTED"));
    }
  });
});

describe("readings that stay behind", () => {
  const edits = { Title: "Winter Rewards", "Currency name": "Gems" };

  /** Saves while every reading after the change shows the store as it was before; `rules` say how the change is answered. */
  async function behind(...rules) {
    const visited = await it.visit();
    const { page } = visited;
    const after = changed(await held(it.api), { title: "Winter Rewards", "currency.name": "Gems" });
    const before = await (await fetch(`${it.api.api}/stores`, { headers: { authorization: `Bearer ${keys.main}` } })).json();
    await openSettings(page, it.api);
    await hasten(page);
    await type(page, edits);
    const form = await typed(page);
    await it.api.faults({ method: "GET", path: "/stores", nth: 2, times: 0, fault: { kind: "status", status: 200, body: before } }, ...rules);
    await save(page);
    return { ...visited, after, form };
  }

  const lookAgain = (page) => button(result(page), "Read the store again").click();
  const stillNot = (page) => result(page).getByText(/^Read again .*: it still does not show all of it\.$/);

  test("a success is not said to have been made something else of, and nothing typed is thrown away", async () => {
    const { page, after, form, done } = await behind();
    await result(page).getByText("Saved, by the store’s own answer; reading does not show it yet").waitFor();
    await hasFocus(result(page));
    await result(page).getByText("The store’s answer showed what you asked for; reading it still gives what was there before: Title, Currency name.").waitFor();
    assert.doesNotMatch(await result(page).innerText(), /holds something else|^Saved: /m);
    assert.deepEqual(await typed(page), form, "the form shows what was asked");
    await bar(page).getByText("Not shown yet: Store, Currency", { exact: true }).waitFor();
    await eventually(async () => assert.equal(await page.getByText("Sent; the store does not show it yet.").count(), 2));
    await lookAgain(page);
    await stillNot(page).waitFor();
    assert.deepEqual(await typed(page), form);
    // It shows at last.
    await it.api.faults();
    await lookAgain(page);
    await result(page).getByText("Saved: Store, Currency", { exact: true }).waitFor();
    await hasFocus(result(page));
    await bar(page).waitFor({ state: "detached" });
    assert.deepEqual(await typed(page), form);
    assert.deepEqual(await held(it.api), after);
    assert.equal((await sent(it.api)).length, 1, "once");
    await done();
  });

  test("after a 502 nobody says that the store was not changed", async () => {
    const { page, after, form, done } = await behind({ method: "PUT", apply: true, fault: { kind: "status", status: 502, body: { message: "upstream" } } });
    await isRefused({ page, form }, [/\(502\)/, /It does not show yet/], "Unknown", "Store, Currency");
    await lookAgain(page);
    await stillNot(page).waitFor();
    await it.api.faults();
    await lookAgain(page);
    await result(page).getByText("On the way something went wrong, and the store holds the change all the same").waitFor();
    await bar(page).waitFor({ state: "detached" });
    assert.deepEqual(await typed(page), form);
    assert.deepEqual(await held(it.api), after);
    assert.equal((await sent(it.api)).length, 1);
    await done(failed("502"));
  });

  test("what is typed in its place is no clash with it once it shows", async () => {
    const { page, after, done } = await behind({ method: "PUT", apply: true, fault: { kind: "status", status: 502, body: { message: "upstream" } } });
    await result(page).getByText("Unknown", { exact: true }).waitFor();
    await it.api.faults();
    await type(page, { "Currency name": "Stars" });
    await save(page);
    await result(page).getByText("Saved: Currency", { exact: true }).waitFor();
    assert.deepEqual(await held(it.api), changed(after, { "currency.name": "Stars" }));
    await done(failed("502"));
  });
});

describe("what nobody can say is unknown", () => {
  test("the store cannot be read afterwards", async () => {
    const { page, done } = await it.visit();
    const before = await held(it.api);
    await openSettings(page, it.api);
    await type(page, edits);
    const saving = { page, after: changed(before, wanted), form: await typed(page) };
    // The reading before is answered, the change is applied and lost, and from then on there is nothing.
    await it.api.faults({ method: "GET", nth: 2, times: 0, ...refusal(503, "down") }, { method: "PUT", apply: true, ...refusal(502, "upstream") });
    await save(page);
    await isRefused(saving, /\(502\)/, "Unknown");
    await eventually(async () => assert.match(await result(page).innerText(), /Whether the store was changed is unknown/));
    // The store is back, and holds it: there is nothing left to send.
    await it.api.faults();
    await save(page);
    await result(page).getByText("The store holds all of this already").waitFor();
    await bar(page).waitFor({ state: "detached" });
    assert.equal((await sent(it.api)).length, 1);
    assert.deepEqual(await held(it.api), saving.after);
    await done(failed("502|503"));
  });

  test("the network is gone: nothing is sent, and all is there when it is back", async () => {
    const { page, context, done } = await it.visit();
    const before = await held(it.api);
    await openSettings(page, it.api);
    await type(page, edits);
    const saving = { page, after: changed(before, wanted), form: await typed(page) };
    await context.setOffline(true);
    await page.getByText("You are offline.").waitFor();
    await save(page);
    await isRefused(saving, /This computer is offline/, "Not sent");
    assert.deepEqual(await sent(it.api), []);
    await context.setOffline(false);
    await page.getByText("You are offline.").waitFor({ state: "detached" });
    await savesAgain(saving);
    await done(/ERR_INTERNET_DISCONNECTED/);
  });

  test("the engine dies while it saves", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, edits);
    const form = await typed(page);
    await it.api.faults({ method: "PUT", hold: true, fault: { kind: "pass" } });
    await save(page);
    await eventually(async () => assert.equal((await it.api.puts()).length, 1));
    await page.workers()[0].evaluate(() => void setTimeout(() => { throw new Error("killed by a test"); }));
    await page.getByText("The engine stopped and was started again.").waitFor();
    // The key went with the engine; what was typed did not.
    await openSettings(page, it.api);
    await page.getByText("Your unsaved changes are back").or(bar(page)).first().waitFor();
    assert.deepEqual(await typed(page), form);
    await it.api.release();
    await eventually(async () => assert.equal((await held(it.api)).title, "Winter Rewards"));
    await save(page);
    await result(page).getByText("The store holds all of this already").waitFor();
    assert.equal((await sent(it.api)).length, 1);
    await done(/killed by a test/);
  });
});

describe("a store that keeps something else", () => {
  test("is believed, and what differs is said", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, { Description: "<p onclick=x>typed</p>" });
    await it.api.faults({ method: "PUT", hold: true, apply: false, fault: { kind: "status", status: 200, body: { meta: { statusCode: 200, status: "success" }, message: "Update store config success.", data: {} } } });
    await save(page);
    await eventually(async () => assert.equal((await it.api.puts()).length, 1));
    await it.api.editStore({ description: "<p>cleaned</p>" });
    await it.api.release();
    await result(page).getByText("The store took the change, and holds something else").waitFor();
    const words = (await result(page).innerText()).replace(/\s+/g, " ");
    assert.match(words, /asked: <p onclick=x>typed<\/p> the store holds: <p>cleaned<\/p>/);
    assert.doesNotMatch(words, /Saved: |read back/);
    await eventually(async () => assert.equal(await field(page, "Description").inputValue(), "<p>cleaned</p>"));
    await bar(page).waitFor({ state: "detached" });
    await done();
  });

  test("a change that comes late is waited for", async () => {
    const { page, done } = await it.visit();
    await openSettings(page, it.api);
    await type(page, { "Currency name": "Gems" });
    await it.api.faults({ method: "PUT", apply: false, fault: { kind: "status", status: 200, body: { meta: { statusCode: 200, status: "success" }, message: "Update store config success.", data: {} } } });
    await save(page);
    // Read before, and once after without it.
    await eventually(async () => {
      const log = (await it.api.log()).filter((line) => line.path === "/v1/stores" && line.method !== "OPTIONS");
      assert.ok(log.slice(log.findIndex((line) => line.method === "PUT")).length >= 2);
    });
    const { currency } = await held(it.api);
    await it.api.editStore({ currency: { ...currency, name: "Gems" } });
    await result(page).getByText("Saved: Currency", { exact: true }).waitFor();
    assert.equal(await result(page).getByText("holds something else").count(), 0);
    await done();
  });
});
