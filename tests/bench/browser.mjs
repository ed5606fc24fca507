// `make bench`, the half in the browser.
import { createServer } from "node:http";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../e2e/support.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const npm = process.env.BENCH_NPM ?? join(here, "node_modules");
const dist = process.env.BENCH_DIST ?? join(here, "..", "..", "dist");
const kinds = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const assets = readdirSync(join(dist, "assets"));
const engine = assets.find((name) => /^engine-.*\.js$/.test(name));

function find(path) {
  if (path === "/") return join(here, "page", "index.html");
  if (path.startsWith("/npm/")) return join(npm, path.slice(5));
  if (path === "/engine.js") return join(dist, "assets", engine);
  if (assets.includes(path.slice(1))) return join(dist, "assets", path.slice(1));
  return join(here, "page", path.slice(1));
}

const server = createServer((request, response) => {
  try {
    const file = find(request.url);
    const bytes = readFileSync(file);
    response.writeHead(200, {
      "content-type": kinds[extname(file)] ?? "application/octet-stream",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cache-control": "no-cache",
    });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const varint = (n) => { const out = []; do { out.push((n & 127) | (n > 127 ? 128 : 0)); n = Math.floor(n / 128); } while (n); return out; };
const question = (size) => [1, 8, 5, ...Buffer.from("x.csv"), ...varint(size)];
const browser = await launch();
const path = process.argv[2];
const runs = Number(process.argv[3] ?? 5);
const ways = (process.argv[4] ?? "bytes,ours,udsv,papaparse").split(",");
const all = {};
for (let run = 0; run < runs; run += 1)
  for (const way of ways) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(origin);
    await page.setInputFiles("input", path);
    const result = await page.evaluate(([way, question]) => measure(way, question), [way, question(statSync(path).size)]);
    if (process.env.WEIGH) result.held = await page.evaluate(() => weigh());
    if (run === 0 && result.said) console.log(Buffer.from(result.said).toString("latin1").replace(/[^ -~]/g, "."));
    delete result.said;
    (all[way] ??= []).push(result);
    await context.close();
  }
for (const way of ways) {
  const times = all[way].map((r) => r.millis).sort((a, b) => a - b);
  console.log(way.padEnd(10), "median", times[times.length >> 1].toFixed(0), "all", times.map((t) => t.toFixed(0)).join(" "), JSON.stringify(all[way][0]));
}
await browser.close();
server.close();
