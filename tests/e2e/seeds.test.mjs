// Fifty runs by chance in a real browser: faults on the way, and pages, engines and tabs that die while a request is on its way. Whatever happens,
// once the service answers again the run is gone on with, nothing of it stays unknown, and the report is the truth.
//
// SEEDS (50) and FIRST_SEED (1) say which; a seed that fails is named, and comes out the same way again but for what the machine does meanwhile.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { applications, button, connect, eventually, heading, isTrue, report, send, setting, tally, toRuns } from "./journey.mjs";
import { test } from "./support.mjs";

const it = setting();
const seeds = Number(process.env.SEEDS ?? 50);
const first = Number(process.env.FIRST_SEED ?? 1);
/** Codes of which nobody knows are looked for during half a minute, product by product, several times over. */
const PATIENCE_MS = 120_000;

/** Numbers by chance, the same ones for a seed (SplitMix32). */
function chance(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { below, is: (part) => next() < part, one: (list) => list[below(list.length)] };
}

const upstream = { status: "error", message: "upstream" };
const faults = [
  { kind: "status", status: 502, body: upstream },
  { kind: "status", status: 500, body: upstream },
  { kind: "html", status: 502 },
  { kind: "html", status: 200 },
  { kind: "rateLimit", retryAfter: "1", expose: true },
  { kind: "close" },
  { kind: "cut" },
  { kind: "invalidJson" },
  { kind: "dropIds", count: 3, honest: true },
];

/** A file of some products with new prices and some with codes, and what it wants. */
function file(by, products) {
  const rows = [["Product ID", "Price", "Vouchers", "Voucher Expire Date"]];
  const wanted = {};
  const plain = 1 + by.below(210);
  for (const [n, { _id, price }] of products.entries()) {
    if (n >= plain + 12) break;
    const codes = n >= plain && by.is(0.7) ? [`SEED-${n}-A`, `SEED-${n}-B`] : [];
    rows.push([_id, price + 1, codes.join("|"), codes.length ? "2027-12-31" : ""]);
    wanted[_id] = { price: price + 1, ...(codes.length ? { codes } : {}) };
  }
  return { rows, wanted };
}

const deaths = {
  async reload({ page }) {
    page.once("dialog", (dialog) => dialog.accept());
    await page.reload();
    return page;
  },
  async close({ page, context }) {
    await page.close();
    return context.newPage();
  },
  async engine({ page }) {
    await page.workers()[0].evaluate(() => void setTimeout(() => { throw new Error("killed by a test"); }));
    // It may have been done by then.
    await page.getByText("The engine stopped and was started again.").waitFor();
    await heading(page, /^The run was interrupted$|updated$|nothing was changed$/).waitFor();
    return page;
  },
};

/** Waits until the request that is held back is there, or until the run is over without it; says which. */
async function arrives(page, count) {
  let is;
  await eventually(async () => {
    is = { over: await page.getByRole("heading", { name: "Every product of the file" }).isVisible(), held: (await it.api.puts()).length >= count };
    // Where it has stopped for good, a press goes on.
    if (await button(page, "Resume").isVisible()) await button(page, "Resume").click();
    assert.ok(is.over || is.held);
  }, PATIENCE_MS);
  return is.held && !is.over;
}

/** From anywhere to the past run, connected. */
async function toTheRun(page) {
  await connect(page, it.api);
  await toRuns(page);
  await page.getByRole("listitem").getByRole("link", { name: "seed.csv" }).click();
  await page.getByRole("heading", { name: "Every product of the file" }).waitFor();
}

async function journey(seed) {
  const by = chance(seed);
  const visited = await it.visit();
  let { page } = visited;
  const { rows, wanted } = file(by, await it.api.products(222));
  const before = await it.api.state();
  // Some requests go wrong, applied or not; one is held back until something dies.
  const bad = Array.from({ length: by.below(3) }, () => ({ method: "PUT", nth: 1 + by.below(4), apply: by.is(0.5), fault: by.one(faults) }));
  const hold = () => ({ method: "PUT", nth: 1 + by.below(3), apply: by.is(0.5), hold: true, fault: { kind: "pass" } });
  let held = hold();
  await it.api.faults(held, ...bad.filter((rule) => rule.nth !== held.nth));
  await connect(page, it.api);
  await send(page, it.files.write("seed.csv", rows));
  let sent = 0;
  const died = [];
  for (;;) {
    if (!(await arrives(page, sent + held.nth))) break;
    const how = by.one(Object.keys(deaths));
    died.push(how);
    page = await deaths[how]({ page, context: visited.context });
    await it.api.release();
    await toTheRun(page);
    sent = (await it.api.puts()).length;
    held = hold();
    await it.api.faults(...(died.length < 2 && by.is(0.5) ? [held] : []));
    if (!(await button(page, "Go on").isVisible())) break;
    await button(page, "Go on").click();
    await heading(page, /were? updated|was updated|nothing was changed|^Updating /).waitFor();
  }
  await it.api.faults();
  await it.api.release();
  await eventually(async () => {
    if (await button(page, "Resume").isVisible()) await button(page, "Resume").click();
    assert.ok(await page.getByRole("heading", { name: "Every product of the file" }).isVisible());
  }, PATIENCE_MS);
  const lines = await report(page);
  const told = `seed ${seed}: ${rows.length - 1} products; ${bad.map(({ nth, fault, apply }) => `${nth} ${fault.kind}${apply ? " applied" : ""}`).join(", ") || "no faults"}; died: ${died.join(", ") || "not"}; ${JSON.stringify(tally(lines))}`;
  console.log(`# ${told}`);
  assert.equal(lines.length, rows.length - 1, told);
  assert.deepEqual(tally(lines).unknown, undefined, told);
  await isTrue(lines, { api: it.api, before, wanted });
  const codes = Object.values((await it.api.state()).codes).flatMap((codes) => Object.entries(codes)).filter(([code]) => code.startsWith("SEED-"));
  assert.deepEqual(codes.filter(([, times]) => times > 1), [], `${told}: no code is there twice`);
  if (bad.length === 0 || died.length > 0) assert.equal(lines.filter((line) => line.outcome === "changed").length, lines.length, `${told}: all of it is done`);
  assert.ok(Object.keys(applications(await it.api.puts())).length <= lines.length);
  await visited.done(/^error: Failed to load resource/, /killed by a test/);
}

// Four files, so that they run beside each other, each with every fourth of them: this one has the first, the fifth and so on. Most of
// such a run is waiting.
const quarter = Number(process.env.QUARTER ?? 1);

describe("runs by chance", () => {
  for (let seed = first + quarter - 1; seed < first + seeds; seed += 4) test(`seed ${seed}`, () => journey(seed), 3 * PATIENCE_MS);
});
