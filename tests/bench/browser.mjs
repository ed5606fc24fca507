// `make bench`, the half in the browser: one headless Chromium, one generated file for each size, and four ways to read it, each in a worker
// that is fresh and has started: the bytes alone, the release's engine, uDSV, PapaParse. The runs of the four take turns, so that what else
// this machine does falls on all of them; only ratios say something. Nothing is asserted. Each worker has been there for two seconds, as in
// any page by the time a file is dropped: the engine uses them to warm up. "At once" is the engine without that time.
//
// The engine is the release's own, spoken to in its own protocol from a page that is as bare as the rivals': so all four are timed by the same
// clock, from handing the File over to the message that all is done. What the real page does meanwhile is measured with the real page.
//
// BENCH_SIZES (products, "10000,100000"), BENCH_RUNS (7), BENCH_LARGE=1 (one million rows, about 240 MB, three runs more).
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dist, launch, open, program, serve } from "../e2e/support.mjs";
import { heading } from "../e2e/journey.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const npm = process.env.BENCH_NPM ?? join(here, "node_modules");
const assets = join(process.env.BENCH_DIST ?? dist, "assets");
const engine = readdirSync(assets).find((name) => /^engine-.*\.js$/.test(name));
const runs = Number(process.env.BENCH_RUNS ?? 7);
const sizes = (process.env.BENCH_SIZES ?? "10000,100000").split(",").map((size) => [Number(size), runs]);
if (process.env.BENCH_LARGE) sizes.push([750_000, 3]);
const ways = ["bytes", "ours", "cold", "udsv", "papaparse"];
const names = { bytes: "bytes alone", ours: "Storekeeper", cold: "…at once", udsv: "uDSV", papaparse: "PapaParse" };

const files = mkdtempSync(join(tmpdir(), "storekeeper-bench-"));
const version = (name) => JSON.parse(readFileSync(join(npm, name, "package.json"))).version;
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const mega = (bytes) => (bytes === undefined ? "" : `${(bytes / 1e6).toFixed(0)} MB`);

/** The bare page, what it loads, and the engine under a name that does not change. Isolated, or no browser says how much memory it takes. */
async function bare() {
  const kinds = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
  const find = (path) => {
    if (path === "/") return join(here, "page", "index.html");
    if (path === "/engine.js") return join(assets, engine);
    if (path.startsWith("/npm/")) return join(npm, path.slice(5));
    return path.endsWith(".wasm") ? join(assets, path) : join(here, "page", path);
  };
  const server = createServer((request, response) => {
    const file = find(request.url);
    const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    try {
      const bytes = readFileSync(file);
      response.writeHead(200, { ...headers, "content-type": kinds[extname(file)], "cache-control": "no-cache" }).end(bytes);
    } catch {
      response.writeHead(404, headers).end();
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** Reads a file in one way, in a page of its own. */
async function once(browser, url, way, path, isWeighed) {
  const questions = JSON.parse(execFileSync(program("ask"), ["bench.csv", `${statSync(path).size}`]));
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(600_000);
  await page.goto(url);
  await page.setInputFiles("input", path);
  const result = await page.evaluate(([way, questions]) => measure(way, questions), [way, questions]);
  // The browser takes its time over this, up to half a minute.
  if (isWeighed) result.held = await page.evaluate(() => weigh());
  await context.close();
  return result;
}

async function compare(browser, url, products, times) {
  const path = join(files, `${products}.csv`);
  execFileSync(program("generate"), [`${products}`, "1", path]);
  const size = statSync(path).size;
  const all = Object.fromEntries(ways.map((way) => [way, []]));
  let given = "";
  for (let run = 0; run < times; run += 1) {
    for (const way of ways) {
      try {
        all[way].push(await once(browser, url, way, path, run === 0));
      } catch (error) {
        given = `${names[way]}: ${error.message.split("\n")[0]}`;
      }
    }
  }
  console.log(`\n${products.toLocaleString("en")} products, 40 columns, ${mega(size)}; ${times} runs each`);
  console.log("               median    (from to)       ×bytes   ×uDSV ×PapaParse  longest task  wasm memory  held at the end");
  const middle = (way) => median(all[way].map((result) => result.millis));
  for (const way of ways.filter((way) => all[way].length > 0)) {
    const millis = all[way].map((result) => result.millis);
    const ratio = (to) => (all[to].length === 0 ? "" : (middle(way) / middle(to)).toFixed(2)).padStart(8);
    const longest = Math.max(...all[way].map((result) => result.longest));
    const spread = `(${Math.min(...millis).toFixed(0)} to ${Math.max(...millis).toFixed(0)})`;
    const { held } = all[way][0];
    console.log(
      `${names[way].padEnd(12)} ${middle(way).toFixed(0).padStart(6)} ms ${spread.padEnd(16)}${ratio("bytes")}${ratio("udsv")}${ratio("papaparse")}` +
        `${(longest ? `${longest.toFixed(0)} ms` : "< 50 ms").padStart(14)}${mega(all[way][0].memory).padStart(13)}` +
        `${held === undefined ? "" : `${mega(held)} (${(held / size).toFixed(1)} × file)`.padStart(22)}`,
    );
  }
  if (given) console.log(`did not finish: ${given}`);
  return path;
}

/** The real page while it reads: what its main thread did for longer than 50 ms. */
async function real(browser, path) {
  const site = await serve("--api", "127.0.0.1:0");
  const { page, context } = await open(browser);
  await page.addInitScript(() => {
    const tasks = (globalThis.tasks = []);
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  const tasks = [];
  for (let run = 0; run < 5; run += 1) {
    await page.goto(`${site.url}/bulk`);
    await heading(page, "Update products from a file").waitFor();
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    await page.evaluate(() => (globalThis.tasks.length = 0));
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a file", exact: true }).click();
    await (await chooser).setFiles([path]);
    await heading(page, /ready$/).waitFor({ timeout: 120_000 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    tasks.push(...(await page.evaluate(() => globalThis.tasks)));
  }
  await context.close();
  site.stop();
  console.log(`\nthe real page, five times: longest task ${tasks.length ? `${Math.max(...tasks).toFixed(0)} ms` : "below 50 ms"}`);
}

const browser = await launch();
const page = await bare();
try {
  console.log(`Chromium ${browser.version()}, PapaParse ${version("papaparse")} (worker, header), uDSV ${version("udsv")} (stream, arrays of strings)`);
  console.log("goals: at most 3 × bytes, 1 × uDSV, 0.125 × PapaParse, no task over 50 ms, memory at most 2.5 × the file");
  console.log("held at the end: performance.measureUserAgentSpecificMemory of the page with its workers; wasm memory never shrinks, so it is the peak");
  const paths = [];
  for (const [products, times] of sizes) paths.push(await compare(browser, page.url, products, times));
  if (!process.env.BENCH_DIST) await real(browser, paths[1] ?? paths[0]);
} finally {
  await browser.close();
  page.stop();
  rmSync(files, { recursive: true });
}
