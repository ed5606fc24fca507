// Answers that say nothing, or the wrong thing: what was applied is found out by reading, for hosts of either kind. Each of them comes
// once to a request with fields and once to a request with codes.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { button, connect, failed, isTrue, mixed, report, reported, send, setting, tally } from "./journey.mjs";
import { test } from "./support.mjs";

const ways = [
  ["whose body breaks off", { kind: "cut" }, [true]],
  ["of JSON that breaks off", { kind: "invalidJson" }, [true]],
  ["by the network instead of the store", { kind: "html", status: 200 }, [true, false]],
  ["500", { kind: "status", status: 500, body: { status: "error", message: "Something broke" } }, [true, false]],
  ["502 by a gateway", { kind: "html", status: 502 }, [true, false]],
  ["that never comes, since the connection is closed", { kind: "close" }, [true, false]],
];

for (const door of ["json", "csv"]) {
  describe(`a host that takes ${door.toUpperCase()}`, () => {
    const it = setting(door);

    /** How often the most frequent code is in the store. */
    const mostOften = async () => Math.max(...Object.values((await it.api.state()).codes).flatMap((codes) => Object.values(codes)));

    for (const [what, fault, applied] of ways) {
      for (const apply of applied) {
        test(`answers ${what}, ${apply ? "though it was applied" : "and nothing applied"}: each product is done, each code is there once`, async () => {
          const { page, done } = await it.visit();
          const { rows, wanted } = mixed(await it.api.products(120), 100);
          const before = await it.api.state();
          // One request with fields, two with codes. A request that was not applied is sent again before the codes leave.
          await it.api.faults({ method: "PUT", nth: 1, apply, fault }, { method: "PUT", nth: 3, apply, fault });
          await connect(page, it.api);
          await send(page, it.files.write("many.csv", rows));
          const lines = await report(page);
          assert.deepEqual(tally(lines), { changed: 120 });
          await isTrue(lines, { api: it.api, before, wanted });
          assert.equal(await mostOften(), 1, "no code is there twice");
          const puts = await it.api.puts();
          assert.equal(puts.filter((put) => put.fault).length, 2, "both went wrong");
          assert.ok(puts.every((put) => put.contentType.startsWith(door === "csv" ? "multipart/form-data" : "application/json")), "by its door");
          assert.equal(await page.evaluate(() => window.ran), undefined, "an answer is text");
          await done(failed("50[02]|ERR_"));
        });
      }
    }

    test("applies a request twice behind our back: it is said at once, with how many codes", async () => {
      const { page, done } = await it.visit();
      const { rows, wanted } = mixed(await it.api.products(30), 10);
      const before = await it.api.state();
      await it.api.settings({ takesStoredCodes: true });
      await it.api.faults({ method: "PUT", nth: 2, fault: { kind: "applyTwice" } });
      await connect(page, it.api);
      await send(page, it.files.write("codes.csv", rows));
      await page.getByText("voucher codes are in the store twice", { exact: false }).waitFor();
      await button(page, "Resume").click();
      await reported(page);
      const lines = await report(page);
      assert.deepEqual(tally(lines), { changed: 20, "changed, but differs": 10 });
      const doubled = lines.filter((line) => line.outcome === "changed, but differs");
      for (const line of doubled) assert.match(line.details, /2 codes were sent once, 4 were added/);
      await isTrue(lines, { api: it.api, before, wanted });
      await done();
    });
  });
}

describe("an answer that never comes", () => {
  const it = setting();

  test("is waited for a minute; codes that were added all the same are found by their stock, and not sent again", async () => {
    const { page, done } = await it.visit();
    const { rows, wanted } = mixed(await it.api.products(20), 0);
    const before = await it.api.state();
    await it.api.faults({ method: "PUT", nth: 2, apply: true, fault: { kind: "hang" } });
    await connect(page, it.api);
    await send(page, it.files.write("codes.csv", rows));
    await page.getByRole("heading", { name: "Every product of the file" }).waitFor({ timeout: 120_000 });
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 20 });
    await isTrue(lines, { api: it.api, before, wanted });
    assert.equal((await it.api.puts()).length, 2, "no second PUT");
    await done();
  });
});
