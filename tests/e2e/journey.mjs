// The steps of a person's journey, each by role and visible text, against the practice API over real HTTP.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { launch, open, serve, shot } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const keys = {
  main: "practice-key-main-0001",
  second: "practice-key-second-0002",
  powerless: "practice-key-powerless-0003",
  other: "practice-key-other-0004",
};

/**
 * What the journeys of a file, or of a suite, share: the world, as at the start before each of them, a browser, and a folder for files.
 * With "csv" the host takes updates as the CSV of a form.
 */
export function setting(updates = "json") {
  const it = { files: folder() };
  before(async () => {
    [it.api, it.browser] = await Promise.all([world(...(await doorOptions(it.files, updates))), launch()]);
  });
  after(async () => {
    await it.browser?.close();
    it.api?.stop();
    it.files.remove();
  });
  beforeEach(async () => {
    // A page that a failed test left open would go on sending.
    for (const context of it.browser.contexts()) await context.close();
    await it.api.reset();
  });
  it.visit = (options) => visit(it.browser, it.api, options);
  return it;
}

/** What the server is started with, so that its `config.json` says how the practice API takes updates. */
async function doorOptions(files, updates) {
  if (updates === "json") return [];
  // The config names the API before it listens.
  const port = await new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
  const host = { label: "Practice API", base: `http://127.0.0.1:${port}/v1`, updates };
  return ["--api", `127.0.0.1:${port}`, "--config", files.write(`config-${updates}.json`, JSON.stringify({ hosts: [host] }))];
}

/** The site, the API on another origin, and its control side, which takes the orders of a test. */
export async function world(...options) {
  const server = await serve("--api", "127.0.0.1:0", ...options);
  const order = async (what, body) => {
    const answer = await fetch(`${server.control}/__control/${what}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${what}: ${JSON.stringify(said)}`);
    return said;
  };
  const log = () => order("log");
  const state = async (community = "1") => (await order("state"))[community];
  return {
    ...server,
    log,
    state,
    faults: (...rules) => order("faults", rules),
    /** Lets go on whatever a rule with `hold` holds back. */
    release: () => order("release", null),
    settings: (wishes) => order("settings", wishes),
    edit: (id, set) => order("edit", { id, set }),
    /** Somebody else changes the settings. */
    editStore: (set) => order("editStore", { set }),
    reset: () => order("reset", null),
    puts: async () => (await log()).filter((line) => line.method === "PUT"),
    /** Products that are on sale, as the store holds them. */
    products: async (count) => {
      const all = (await state()).products.filter((product) => !product.isArchived);
      assert.ok(all.length >= count, `${all.length} products`);
      return all.slice(0, count);
    },
  };
}

/**
 * A page whose journey ends with `done()`: nothing on the console, no uncaught error, no violation of the policy, nobody asked but
 * the site and the API. `allowed` is what the browser itself may say (it writes every failed request on the console).
 */
export async function visit(browser, world, options) {
  const opened = await open(browser, options);
  // Longer than anything takes on a machine that is busy with something else.
  opened.context.setDefaultTimeout(Number(process.env.PATIENCE ?? 30_000));
  const done = async (...allowed) => {
    const trouble = opened.trouble.filter((line) => !allowed.some((pattern) => pattern.test(line)));
    const strangers = opened.requests.filter((url) => ![world.url, new URL(world.api).origin].some((known) => url.startsWith(`${known}/`)));
    await opened.context.close();
    assert.deepEqual(trouble, []);
    assert.deepEqual(strangers.filter((url) => !url.startsWith("blob:")), []);
  };
  return { ...opened, done };
}

/** What Chromium says of requests that failed, or were answered with an error. */
export const failed = (what) => new RegExp(`^error: Failed to load resource: .*${what}`);

export const heading = (page, name) => page.getByRole("heading", { level: 1, name });
export const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Tabs to what has this role and name, as a person does who has no pointer, and sees where the focus is. */
export async function tabTo(page, role, name, way = "Tab") {
  const target = page.getByRole(role, { name, exact: typeof name === "string" });
  await target.first().waitFor();
  for (let step = 0; step < 90; step += 1) {
    if (await target.first().evaluate((element) => element === document.activeElement)) {
      const { outline, shadow } = await target.first().evaluate((element) => ({ outline: getComputedStyle(element).outlineStyle, shadow: getComputedStyle(element).boxShadow }));
      assert.ok(outline !== "none" || shadow !== "none", `the focus on ${name} can be seen`);
      return target.first();
    }
    await page.keyboard.press(way);
  }
  return assert.fail(`${name} is not reached by ${way}`);
}

// ---- steps ------------------------------------------------------------------------------------------------------------

export async function submitKey(page, key) {
  await page.getByLabel("API key", { exact: true }).fill(key);
  await page.getByRole("main").getByRole("button", { name: "Connect", exact: true }).click();
}

export async function connect(page, world, key = keys.main) {
  await page.goto(`${world.url}/connect`);
  await submitKey(page, key);
  await heading(page, /^Connected to /).waitFor();
}

export async function toBulk(page) {
  await page.getByRole("link", { name: "Bulk update" }).click();
  await heading(page, "Update products from a file").waitFor();
}

/** Chooses files by the button. */
export async function choose(page, ...paths) {
  const chooser = page.waitForEvent("filechooser");
  await button(page, "Choose a file").click();
  await (await chooser).setFiles(paths);
}

/** Drags files over the drop zone and lets them fall, as a hand does. */
export async function drop(page, ...files) {
  const region = page.getByRole("region", { name: "Choose a file" });
  await region.scrollIntoViewIfNeeded();
  const zone = await region.boundingBox();
  const hand = await page.context().newCDPSession(page);
  const place = { x: zone.x + zone.width / 2, y: zone.y + 20, data: { items: [], files, dragOperationsMask: 1 } };
  await hand.send("Input.dispatchDragEvent", { type: "dragEnter", ...place });
  await hand.send("Input.dispatchDragEvent", { type: "dragOver", ...place });
  await page.getByText("Let go to open the file").waitFor();
  await hand.send("Input.dispatchDragEvent", { type: "drop", ...place });
  await hand.detach();
}

export async function compare(page) {
  await page.getByRole("button", { name: /^Compare with the live store/ }).click();
  await heading(page, / will change$|^Nothing will change$/).waitFor();
}

/** The guards that spoke up. */
export const secondLook = (page) => page.getByRole("region", { name: "Worth a second look" });

/** Opens what is folded up under this summary. */
export async function unfold(page, summary) {
  const fold = page.locator("details").filter({ has: page.locator("summary").filter({ hasText: summary }) });
  if (!(await fold.evaluate((element) => element.open))) await fold.locator("summary").first().click();
}

/** Sets one of the limits, and has them used. */
export async function setLimit(page, label, text) {
  await page.getByLabel(label).fill(text);
  await button(page, "Use these limits").click();
}

/** Locks a column, or unlocks it. */
export const lock = (page, name) => page.getByRole("checkbox", { name }).click();

/** What is downloaded by doing this: its name, and where it lies under that name. */
export async function saved(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  const name = download.suggestedFilename();
  const path = join(mkdtempSync(join(tmpdir(), "storekeeper-saved-")), name);
  await download.saveAs(path);
  return { name, path };
}

export async function confirm(page) {
  await button(page, "Go on to confirm…").click();
  await agree(page);
}

/** Updates, in the dialog; what deserves a second look is typed first. */
export async function agree(page) {
  const dialog = page.getByRole("dialog");
  const update = dialog.getByRole("button", { name: /^Update [\d,]+ products?$/ });
  await update.waitFor();
  const phrase = dialog.locator('label[for="confirm-typed"] strong');
  if (await phrase.count()) await dialog.locator("#confirm-typed").fill(await phrase.innerText());
  await update.click();
}

/** From a connected page to the moment when sending has begun. */
export async function send(page, file) {
  await toBulk(page);
  await choose(page, file);
  await heading(page, /ready$/).waitFor();
  await compare(page);
  await confirm(page);
}

/** The list of past runs. */
export async function toRuns(page) {
  await page.getByRole("navigation").getByRole("link", { name: "Past runs" }).click();
  await heading(page, "Past runs").waitFor();
}

/** Connects, finds the run that was cut off among the past ones, and goes on with it; the lines of its report. */
export async function goOn(page, world) {
  await connect(page, world);
  await toRuns(page);
  await page.getByRole("listitem").filter({ hasText: "Interrupted" }).getByRole("link").click();
  await heading(page, "The run was interrupted").waitFor();
  await button(page, "Go on").click();
  await heading(page, /were updated$/).waitFor();
  return report(page);
}

/** The report is there. Codes of which nobody knows are looked for during half a minute before they leave again. */
export const reported = (page) => page.getByRole("heading", { name: "Every product of the file" }).waitFor({ timeout: 100_000 });

/** The report file, read back: a line per product. */
export async function report(page) {
  await reported(page);
  // Where the report is just being replaced by another, a click may be on a button that is gone: whoever asks again then has time to.
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 10_000 }), button(page, "Download the report").click()]);
  const [head, ...lines] = readCsv(readFileSync(await download.path(), "utf8"));
  assert.deepEqual(head, ["Product ID", "Name", "Line", "Outcome", "Details"]);
  return lines.map(([product, name, line, outcome, details]) => ({ product, name, line: Number(line), outcome, details }));
}

/** How many lines of each outcome. */
export function tally(lines) {
  const counts = {};
  for (const { outcome } of lines) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/**
 * The report against the truth, product by product. `wanted` has for each id what the file asks for: fields, and `codes` to add.
 * What is said to have changed holds exactly that, and everything else is exactly as it was; of what is unknown, either is true.
 */
export async function isTrue(lines, { api, before, wanted }) {
  const flat = ({ products, codes }) => new Map(products.map(({ updatedAt, ...product }) => [product._id, { ...product, codes: codes[product._id] }]));
  const [old, now] = [flat(before), flat(await api.state())];
  const outcome = new Map(lines.map((line) => [line.product, line.outcome]));
  for (const [id, was] of old) {
    const { codes = [], ...fields } = wanted[id] ?? {};
    const asked = { ...was, ...fields, stocks: was.stocks + codes.length, codes: { ...was.codes, ...Object.fromEntries(codes.map((code) => [code, 1])) } };
    const is = now.get(id);
    const said = outcome.get(id);
    if (said === "changed") assert.deepEqual(is, asked, `${id} is said to be changed`);
    else if (said === "unknown") assert.ok([was, asked].some((one) => isSame(is, one)), `${id}: ${JSON.stringify(is)}`);
    else if (said === "changed, but differs") assert.notDeepEqual(is, asked, `${id} is said to differ`);
    else assert.deepEqual(is, was, `${id} is said to be ${said ?? "nothing"}`);
  }
}

function isSame(one, other) {
  try {
    return assert.deepEqual(one, other) === undefined;
  } catch {
    return false;
  }
}

/** How often each product of a file was applied, by the API's own log. */
export function applications(log) {
  const times = {};
  for (const line of log.filter((line) => line.method === "PUT" && line.status === 200)) {
    for (const item of line.body) times[item.productID] = (times[item.productID] ?? 0) + line.handled;
  }
  return times;
}

/** How far a dialog that is open is from the middle of the screen, in pixels. */
function offMiddle() {
  const box = document.querySelector("dialog:modal")?.getBoundingClientRect();
  return box ? Math.max(Math.abs(box.left + box.right - innerWidth), Math.abs(box.top + box.bottom - innerHeight)) / 2 : 0;
}

/**
 * The page as it stands, by axe in both themes, with a picture of each for people to look at. Nothing may stick out sideways, and a dialog
 * is in the middle.
 */
export async function isAccessible(page, name) {
  const { width } = page.viewportSize();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // A colour on its way to another is neither. Waiting for it to arrive can take for ever: a transition that was taken back never ends, and
    // a browser without a window draws no pictures that nobody asked for.
    await page.evaluate(() => {
      for (const animation of document.getAnimations()) if (animation.effect?.getTiming().iterations !== Infinity) animation.finish();
    });
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
    const found = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"] })).violations);
    assert.deepEqual(found.map((it) => [it.id, it.nodes.map((node) => node.html)]), [], `${name}, ${colorScheme}, ${width} px`);
    await shot(page, `${name}-${width}-${colorScheme}`);
  }
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width} px`);
  assert.ok((await page.evaluate(offMiddle)) < 20, `the dialog of ${name} is not in the middle at ${width} px`);
}

/** What IndexedDB holds, as text. */
export function journal(page) {
  return page.evaluate(async () => {
    const texts = [];
    const result = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error) }));
    for (const { name } of await indexedDB.databases()) {
      const database = await result(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const records = database.transaction(store).objectStore(store);
        for (const entry of await result(records.getAll())) texts.push(entry instanceof Uint8Array ? new TextDecoder("latin1").decode(entry) : JSON.stringify(entry));
      }
      database.close();
    }
    return texts;
  });
}

/** Holds what belongs to a run that is under way, once sending has begun. */
export const sending = (page) => heading(page, /^Updating /).waitFor();

/**
 * Asks again until `hold` stops throwing; what it threw last if it never does. Whatever a page shows is asked for with this: that one part
 * of it has come does not mean that the next one has.
 */
export async function eventually(hold, millis = 20_000) {
  const end = Date.now() + millis;
  for (;;) {
    try {
      return await hold();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

// ---- files ------------------------------------------------------------------------------------------------------------

/** A folder for a test file's files, gone with it. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "storekeeper-files-"));
  return {
    path,
    write: (name, contents) => {
      const file = join(path, name);
      writeFileSync(file, Array.isArray(contents) ? csv(contents) : contents);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Rows as a CSV. */
export const csv = (rows) => rows.map((row) => `${row.map((cell) => (/[",\r\n]/.test(`${cell}`) ? `"${`${cell}`.replaceAll('"', '""')}"` : `${cell}`)).join(",")}\r\n`).join("");

/** A file that raises the price of these products by one, and what it wants. */
export const raised = (products) => [["Product ID", "Name", "Price"], ...products.map((product) => [product._id, "", product.price + 1])];
export const raisedBy = (products) => Object.fromEntries(products.map((product) => [product._id, { price: product.price + 1 }]));

/**
 * A file, and what it wants: `priced` products with another price, which leave side by side by hundreds, and all others with two codes each,
 * which leave by tens once those are settled. So what goes wrong with the second request of 220 finds 100 products that are done, 100 that
 * are on their way, 20 that are not begun.
 */
export function mixed(products, priced = 200) {
  const [plain, filled] = [products.slice(0, priced), products.slice(priced)];
  const codes = (n) => [`FRESH-${n}-A`, `FRESH-${n}-B`];
  return {
    rows: [
      ["Product ID", "Price", "Vouchers", "Voucher Expire Date"],
      ...plain.map((product) => [product._id, product.price + 1, "", ""]),
      ...filled.map((product, n) => [product._id, "", codes(n).join("|"), "2027-12-31"]),
    ],
    wanted: { ...raisedBy(plain), ...Object.fromEntries(filled.map((product, n) => [product._id, { codes: codes(n) }])) },
  };
}

/** A CSV as rows of cells (RFC 4180, with or without a byte order mark). */
export function readCsv(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const source = text.replace(/^\ufeff/, "");
  for (let at = 0; at < source.length; at += 1) {
    const letter = source[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source[at + 1] === '"') cell += source[(at += 1)];
      else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ",") cell = void rows.at(-1).push(cell) ?? "";
    else if (letter === "\n") {
      rows.at(-1).push(cell.replace(/\r$/, ""));
      cell = "";
      rows.push([]);
    } else cell += letter;
  }
  if (cell || rows.at(-1).length) rows.at(-1).push(cell);
  return rows.filter((row) => row.length);
}
