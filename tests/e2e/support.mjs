// What every end-to-end test needs: the release build behind the server that answers like the CDN, and a real browser.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { test as limitedTest } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "..", "..");
export const dist = join(root, "dist");
export const shots = join(here, "shots");

// A call into a page that has died has no time limit of its own: what hangs must be named, and must not take the time of the others.
const TEST_LIMIT_MS = 150_000;
// Fifty runs by chance are one file, and take a quarter of an hour where something else is busy too.
const FILE_LIMIT_MS = 40 * 60_000;
setTimeout(() => {
  console.error("These tests have run for 40 minutes and are given up.");
  process.exit(1);
}, FILE_LIMIT_MS).unref();

// The pages of the test that runs.
const opened = new Set();

/** A test that fails when it takes longer than anything takes on a busy machine, and says what its pages showed then. */
export const test = (name, run, timeout = TEST_LIMIT_MS) =>
  limitedTest(name, { timeout }, async (it) => {
    opened.clear();
    try {
      await run(it);
    } catch (error) {
      for (const page of opened) it.diagnostic(await shown(page));
      throw error;
    }
  });

/** Where a page is and what it shows, in some lines; it may be gone. */
async function shown(page) {
  try {
    const text = await page.locator("body").innerText({ timeout: 2_000 });
    return `${page.url()} showed: ${text.replace(/\s+/g, " ").slice(0, 1_500)}`;
  } catch (error) {
    return `${page.url()} showed nothing: ${error.message.split("\n")[0]}`;
  }
}

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

/** An example program of the package, as `cargo build --example` leaves it. */
export function program(name) {
  const path = join(target, "debug", "examples", name);
  if (!existsSync(path)) throw new Error(`${path} is missing: cargo build --example ${name}`);
  return path;
}

/** Starts the server on a free port: `{ url, stop }`; with `--api`, the practice API's `api` and `control` addresses too. */
export async function serve(...options) {
  const server = spawn(program("serve"), ["--listen", "127.0.0.1:0", ...(options.includes("--dist") ? [] : ["--dist", dist]), ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = {};
  await new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).on("line", (line) => {
      const [what, address] = line.split(" ");
      told[what] = address;
      if (what === "listening") resolve();
    });
    server.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { url: told.listening, api: told.api, control: told.control, stop: () => server.kill() };
}

/** A copy of dist/ that a test may damage. */
export function copyOfDist() {
  const folder = mkdtempSync(join(tmpdir(), "storekeeper-dist-"));
  cpSync(dist, folder, { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The one file of assets/ with this beginning and ending. */
export function asset(stem, kind, folder = dist) {
  const found = readdirSync(join(folder, "assets")).filter((name) => name.startsWith(`${stem}-`) && name.endsWith(`.${kind}`));
  if (found.length !== 1) throw new Error(`${stem}-*.${kind}: ${found.length} files`);
  return found[0];
}

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Where a shell says nothing of an encoding, Chromium does not find a file with an umlaut in its name.
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * A page in a profile of its own that remembers whatever went wrong in it: `trouble` holds console messages, uncaught errors and
 * violations of the policy (which a browser reports on the console), `requests` every address that was asked for.
 */
export async function open(browser, options = {}) {
  const context = await browser.newContext(options);
  context.on("page", (page) => opened.add(page));
  const page = await context.newPage();
  const trouble = [];
  const requests = [];
  page.on("console", (message) => trouble.push(`${message.type()}: ${message.text()} ${message.location().url}`.trimEnd()));
  page.on("pageerror", (error) => trouble.push(`uncaught: ${error.message}`));
  context.on("request", (request) => requests.push(request.url()));
  return { context, page, trouble, requests };
}

/** Writes tests/e2e/shots/NAME.png, for people to look at. */
export async function shot(page, name) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), animations: "disabled" });
}
