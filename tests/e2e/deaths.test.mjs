// A tab, a renderer, a whole browser dies while requests are under way, or two hands do the same: each product is applied once.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe } from "node:test";
import { chromium } from "playwright-core";
import {
  applications, button, choose, compare, connect, eventually, goOn, heading, isTrue, mixed, raised, raisedBy, report, send, setting, tally, toBulk,
} from "./journey.mjs";
import { test } from "./support.mjs";

/** How often the most frequent code is in the store. */
const mostOften = async (it) => Math.max(...Object.values((await it.api.state()).codes).flatMap((codes) => Object.values(codes)));

/** Until one request is done, one held back, and nothing else can leave. */
async function underWay(it, page, apply) {
  const { rows, wanted } = mixed(await it.api.products(220));
  const before = await it.api.state();
  await it.api.faults({ method: "PUT", nth: 2, apply, hold: true, fault: { kind: "pass" } });
  await connect(page, it.api);
  await send(page, it.files.write("many.csv", rows));
  await page.getByText(/batch 1 of 4/).waitFor();
  await eventually(async () => assert.equal((await it.api.puts()).length, 2));
  return { api: it.api, before, wanted };
}

async function isWhole(it, lines, truth) {
  assert.deepEqual(tally(lines), { changed: 220 });
  await isTrue(lines, truth);
  assert.equal(await mostOften(it), 1, "no code is there twice");
}

/** A browser that can be killed as the system kills one: a process of our own, with a profile that outlives it. */
async function start(profile) {
  const child = spawn(
    process.env.CHROMIUM ?? "/usr/bin/chromium",
    ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      const found = /^DevTools listening on (ws:.*)$/.exec(line);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`the browser ended with ${code}`)));
  });
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  context.setDefaultTimeout(30_000);
  const gone = new Promise((resolve) => child.on("exit", resolve));
  return { page: await context.newPage(), kill: () => (child.kill("SIGKILL"), gone), stop: () => browser.close().catch(() => {}) };
}

for (const door of ["json", "csv"]) {
  describe(`a host that takes ${door.toUpperCase()}`, () => {
    const it = setting(door);
    for (const apply of [true, false]) {
      test(`a tab that is closed while a request is under way that ${apply ? "arrives" : "never arrives"}`, async () => {
        const { page, context, done } = await it.visit();
        const truth = await underWay(it, page, apply);
        await page.close();
        await it.api.release();
        await isWhole(it, await goOn(await context.newPage(), it.api), truth);
        assert.equal((await it.api.puts()).length, apply ? 4 : 5);
        await done();
      });
    }
  });
}

describe("what dies", () => {
  const it = setting();
  for (const apply of [true, false]) {
    test(`a browser that is killed while a request is under way that ${apply ? "arrives" : "never arrives"}`, async () => {
      const profile = mkdtempSync(join(tmpdir(), "storekeeper-profile-"));
      let browser = await start(profile);
      try {
        const truth = await underWay(it, browser.page, apply);
        await browser.kill();
        await it.api.release();
        browser = await start(profile);
        const lines = await goOn(browser.page, it.api);
        await isWhole(it, lines, truth);
        assert.equal((await it.api.puts()).length, apply ? 4 : 5);
      } finally {
        await browser.stop();
        await browser.kill();
        // What was killed may be writing still.
        await eventually(() => rmSync(profile, { recursive: true, force: true }));
      }
    });
  }

  test("a renderer that crashes", async () => {
    const { page, context, done } = await it.visit();
    const truth = await underWay(it, page, true);
    const crashed = page.waitForEvent("crash");
    const hand = await context.newCDPSession(page);
    hand.send("Page.crash").catch(() => {});
    await crashed;
    await it.api.release();
    await isWhole(it, await goOn(await context.newPage(), it.api), truth);
    await done();
  });
});

describe("two hands", () => {
  const it = setting();

  test("pressing twice sends once", async () => {
    const { page, done } = await it.visit();
    const products = await it.api.products(120);
    const before = await it.api.state();
    await connect(page, it.api);
    await toBulk(page);
    await choose(page, it.files.write("many.csv", raised(products)));
    await heading(page, /ready$/).waitFor();
    await compare(page);
    await button(page, "Go on to confirm…").click();
    await page.getByRole("dialog").getByRole("button", { name: "Update 120 products" }).evaluate((press) => {
      press.click();
      press.click();
      press.click();
    });
    const lines = await report(page);
    assert.deepEqual(tally(lines), { changed: 120 });
    await isTrue(lines, { api: it.api, before, wanted: raisedBy(products) });
    const puts = await it.api.puts();
    assert.equal(puts.length, 2);
    assert.ok(Object.values(applications(puts)).every((times) => times === 1));
    await done();
  });

  test("going on twice sends once", async () => {
    const { page, context, done } = await it.visit();
    const truth = await underWay(it, page, true);
    await page.close();
    await it.api.release();
    const next = await context.newPage();
    await connect(next, it.api);
    await toBulkReport(next);
    await button(next, "Go on").evaluate((press) => {
      press.click();
      press.click();
    });
    await isWhole(it, await report(next), truth);
    assert.equal((await it.api.puts()).length, 4);
    await done();
  });
});

/** The run that was cut off is shown where files are, too. */
async function toBulkReport(page) {
  await page.getByRole("link", { name: "Bulk update" }).click();
  await heading(page, "The run was interrupted").waitFor();
}
