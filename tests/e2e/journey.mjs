// The steps of a person's journey, each by role and visible text, against the practice API over real HTTP.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, serve } from "./support.mjs";

export const keys = {
  main: "practice-key-main-0001",
  second: "practice-key-second-0002",
  powerless: "practice-key-powerless-0003",
  other: "practice-key-other-0004",
};

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
    settings: (wishes) => order("settings", wishes),
    edit: (id, set) => order("edit", { id, set }),
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
 * the site and the API. `ready` names what the browser itself is allowed to say (it writes every failed request on the console).
 */
export async function visit(browser, world, options) {
  const opened = await open(browser, options);
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
  const zone = await page.getByRole("region", { name: "Choose a file" }).boundingBox();
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

export async function confirm(page) {
  await button(page, "Go on to confirm…").click();
  await page.getByRole("dialog").getByRole("button", { name: /^Update [\d,]+ products?$/ }).click();
}

/** From a connected page to the moment when sending has begun. */
export async function send(page, file) {
  await toBulk(page);
  await choose(page, file);
  await heading(page, /ready$/).waitFor();
  await compare(page);
  await confirm(page);
}

export const reported = (page) => page.getByRole("heading", { name: "Every product of the file" }).waitFor();

/** The report file, read back: a line per product. */
export async function report(page) {
  await reported(page);
  const download = page.waitForEvent("download");
  await button(page, "Download the report").click();
  const [head, ...lines] = readCsv(readFileSync(await (await download).path(), "utf8"));
  assert.deepEqual(head, ["Product ID", "Name", "Line", "Outcome", "Details"]);
  return lines.map(([product, name, line, outcome, details]) => ({ product, name, line: Number(line), outcome, details }));
}

/** How many lines of each outcome. */
export const tally = (lines) => Object.fromEntries(Object.entries(Object.groupBy?.(lines, (line) => line.outcome) ?? grouped(lines)).map(([of, all]) => [of, all.length]));

function grouped(lines) {
  const groups = {};
  for (const line of lines) (groups[line.outcome] ??= []).push(line);
  return groups;
}

/** Asks again until `hold` stops throwing; what it threw last if it never does. */
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

/** A file that raises the price of these products by one. */
export const raised = (products) => [["Product ID", "Name", "Price"], ...products.map((product) => [product._id, "", product.price + 1])];

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
