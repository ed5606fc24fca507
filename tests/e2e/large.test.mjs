// A hundred thousand products, 32 MB: read, listed and scrolled through. What took the page longer than 50 ms is printed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { before, describe } from "node:test";
import { drop, eventually, heading, setting } from "./journey.mjs";
import { program, shot, test } from "./support.mjs";

const it = setting();
let file;
before(() => {
  file = join(it.files.path, "100k.csv");
  execFileSync(program("generate"), ["100000", "1", file]);
});

/** Reads the file and scrolls through it; what the main thread did for longer than 50 ms meanwhile. */
async function journey() {
  const { page, done } = await it.visit({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(() => {
    const tasks = (globalThis.longTasks = []);
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)))).observe({ type: "longtask" });
  });
  await page.goto(`${it.api.url}/bulk`);
  await heading(page, "Update products from a file").waitFor();
  // Starting up is not what is measured.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  await page.evaluate(() => (globalThis.longTasks.length = 0));
  const long = async (what) => {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    return (await page.evaluate(() => globalThis.longTasks.splice(0))).map((millis) => `${what}: ${millis} ms`);
  };

  const began = Date.now();
  await drop(page, file);
  await heading(page, "All 100,000 products are ready").waitFor({ timeout: 60_000 });
  const seen = Date.now() - began;
  const said = await page.locator("dt", { hasText: "Read and checked in" }).locator("xpath=following-sibling::dd").innerText();
  const tasks = await long("reading");

  await page.getByRole("tab", { name: /^Rows/ }).click();
  const grid = page.getByRole("grid", { name: "Rows of the file" });
  const region = page.locator(".grid-box");
  await grid.getByRole("gridcell").filter({ hasText: /\S/ }).first().waitFor();
  const total = Number(await grid.getAttribute("aria-rowcount"));
  assert.ok(total > 100_000, `${total} rows`);
  let most = 0;
  for (const part of [0, 0.5, 1, 0.25]) {
    await region.evaluate((region, part) => (region.scrollTop = (region.scrollHeight - region.clientHeight) * part), part);
    await eventually(async () => {
      const all = await grid.locator("[data-row]").evaluateAll((all) => all.map((row) => [Number(row.getAttribute("aria-rowindex")), row.innerText.trim().length]));
      most = Math.max(most, all.length);
      // Without the header, and the row with the focus, which stays in the document.
      const rows = all.filter(([row]) => row > 2 || part === 0).filter(([row]) => row > 1);
      assert.ok(rows.length > 5 && rows.every(([, letters]) => letters > 0), "their contents are there");
      const middle = rows[Math.floor(rows.length / 2)][0];
      assert.ok(Math.abs(middle / total - part) < 0.01, `row ${middle} of ${total} at ${part}`);
    });
    if (part === 1) assert.equal(await grid.locator("[data-row]").last().getAttribute("aria-rowindex"), `${total}`, "the last row is there");
  }
  // As a wheel does it: a hundred steps, a frame each.
  await region.hover();
  for (let step = 0; step < 50; step += 1) await page.mouse.wheel(0, 300);
  tasks.push(...(await long("scrolling")));
  assert.ok(most <= 60, `${most} rows in the document`);
  await shot(page, "100k-rows");
  await done();
  return { tasks, said, seen, most };
}

describe("a hundred thousand products", () => {
  test("are read, checked and scrolled through, and the document stays small", async () => {
    const megabytes = (statSync(file).size / 1e6).toFixed(1);
    const { said, seen, most, tasks } = await journey();
    // Figures for people: what else this machine does at the moment lengthens them, so nothing is demanded of them.
    console.log(`# ${megabytes} MB: the page says ${said}; from drop to list ${seen} ms; ${most} rows at most; long tasks: ${tasks.join(", ") || "none"}`);
  });
});
