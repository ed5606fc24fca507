// The built folder, served as a CDN serves it: headers, addresses, integrity, and the words when something is wrong.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { asset, copyOfDist, dist, launch, open, root, serve, shot, test } from "./support.mjs";

let browser;
let site;
before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});
after(async () => {
  await browser?.close();
  site?.stop();
});

const everyKind = () => [
  "/",
  "/index.html",
  "/connect",
  "/products/64b7f0c2a1d2e3f405060708",
  "/bulk/runs/1",
  "/config.json",
  "/favicon.svg",
  `/assets/${asset("engine", "js")}`,
  `/assets/${asset("engine", "wasm")}`,
  `/assets/${asset("app", "wasm")}`,
  `/assets/${asset("workbook", "js")}`,
  `/assets/${asset("workbook", "wasm")}`,
  "/no/such/page",
  "/assets/app-0000000000000000.js",
];

describe("headers", () => {
  test("every answer carries the policy and its companions, 404 and worker included", async () => {
    for (const path of everyKind()) {
      const answer = await fetch(site.url + path);
      const header = (name) => answer.headers.get(name) ?? "";
      const policy = header("content-security-policy");
      assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/, path);
      for (const part of [
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default inert",
        "upgrade-insecure-requests",
      ]) {
        assert.ok(policy.split("; ").includes(part), `${path}: ${part}`);
      }
      assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*|report-to/, path);
      assert.ok(Number(/max-age=(\d+)/.exec(header("strict-transport-security"))?.[1]) >= 31536000, path);
      assert.match(header("strict-transport-security"), /includeSubDomains; preload/, path);
      assert.equal(header("x-content-type-options"), "nosniff", path);
      assert.equal(header("referrer-policy"), "no-referrer", path);
      assert.equal(header("cross-origin-opener-policy"), "same-origin", path);
      assert.equal(header("cross-origin-resource-policy"), "same-origin", path);
      assert.match(header("permissions-policy"), /camera=\(\)/, path);
    }
  });

  test("what is named by its content is kept for a year, everything else is asked for each time", async () => {
    for (const path of everyKind()) {
      const answer = await fetch(site.url + path);
      const cache = answer.headers.get("cache-control") ?? "";
      if (answer.status === 404) assert.equal(cache, "no-store", path);
      else if (path.startsWith("/assets/")) assert.equal(cache, "public, max-age=31536000, immutable", path);
      else if (path !== "/favicon.svg") assert.equal(cache, "no-cache", path);
    }
  });

  test("files have their types, and the program its own", async () => {
    const type = async (path) => (await fetch(site.url + path)).headers.get("content-type");
    assert.equal(await type(`/assets/${asset("app", "wasm")}`), "application/wasm");
    assert.match(await type(`/assets/${asset("engine", "js")}`), /^text\/javascript/);
    assert.match(await type("/products"), /^text\/html/);
  });

  test("the policy lets the page talk to exactly the hosts that config.json offers", () => {
    for (const folder of [dist, join(root, "public")]) {
      const offered = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))
        .hosts.map(({ base }) => base)
        .filter((base) => !base.startsWith("/"))
        .map((base) => new URL(base).origin);
      const [, allowed] = /connect-src 'self' ([^;]*)/.exec(readFileSync(join(folder, "_headers"), "utf8"));
      assert.deepEqual(new Set(allowed.trim().split(" ")), new Set(offered));
    }
  });
});

describe("addresses", () => {
  test("the app's own are answered with the page, all others with 404", async () => {
    const status = async (path) => (await fetch(site.url + path)).status;
    for (const path of ["/", "/connect", "/settings", "/products", "/products/new", "/bulk", "/bulk/runs/7", "/categories"]) {
      assert.equal(await status(path), 200, path);
    }
    for (const path of ["/x.js", "/a/b", "/connect/x", "/productsx", "/_headers", "/_redirects", "/.trunk-lock", "/..%2f", "//", "/style/main.css"]) {
      assert.equal(await status(path), 404, path);
    }
  });

  test("an unknown one says so, and leads home", async () => {
    const { page, context } = await open(browser);
    await page.goto(`${site.url}/no/such/page`);
    await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
    await page.getByRole("link", { name: "Go to Storekeeper" }).click();
    await page.getByRole("heading", { name: "Storekeeper" }).waitFor();
    await context.close();
  });
});

describe("what was built", () => {
  test("pages hold nothing inline, and every script and style its integrity value", () => {
    for (const name of ["index.html", "404.html"]) {
      const page = readFileSync(join(dist, name), "utf8");
      assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)/, name);
      assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|data-trunk|<!--/, name);
      for (const [tag] of page.matchAll(/<(?:script|link)[^>]*(?:\/assets\/)[^>]*>/g)) assert.match(tag, /integrity="sha384-/, name);
      assert.doesNotMatch(page, /(?:src|href)="(?:https?:)?\/\//, name);
    }
  });

  test("no source map, no test hook, no path of the machine that built it", () => {
    const names = readdirSync(dist, { recursive: true });
    assert.deepEqual(names.filter((name) => name.endsWith(".map")), []);
    for (const name of names.filter((name) => /\.(js|css|wasm)$/.test(name))) {
      const bytes = readFileSync(join(dist, name), "latin1");
      assert.doesNotMatch(bytes, /sourceMappingURL|\/root\/|\/home\/|\.cargo\/|\.rustup\/|__test/, name);
      assert.ok(!bytes.includes(root), name);
    }
  });
});

/** The hosts come from the engine: when the page can show them, both programs run and speak to each other. */
const engineIsReady = (page) => page.getByLabel("Host", { exact: true }).waitFor();

describe("the page", () => {
  test("starts both programs under the policy, in silence, and asks nobody else for anything", async () => {
    const { page, context, trouble, requests } = await open(browser);
    await page.goto(`${site.url}/products/64b7f0c2a1d2e3f405060708`);
    await page.getByRole("link", { name: "Connect" }).first().click();
    await engineIsReady(page);
    assert.equal(await page.locator("#boot").count(), 0);
    assert.deepEqual(trouble, []);
    assert.deepEqual(requests.filter((url) => !url.startsWith(`${site.url}/`)), []);
    await context.close();
  });

  test("shows the chosen theme before the first paint", async () => {
    const { page, context } = await open(browser, { colorScheme: "light" });
    await context.addInitScript(() => localStorage.setItem("storekeeper.theme", "dark"));
    await page.route("**/*.wasm", () => {}); // Never answered: the page stays at its loading state.
    await page.goto(site.url);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
    await page.getByText("Opening Storekeeper").waitFor();
    await context.close();
  });

  test("says that it needs JavaScript", async () => {
    const { page, context } = await open(browser, { javaScriptEnabled: false });
    await page.goto(site.url);
    // Chromium's emulation takes the media query, but does not draw <noscript>: its words are read instead.
    assert.match(await page.locator("noscript").innerHTML(), /needs JavaScript/);
    assert.equal(await page.getByText("Opening Storekeeper").isVisible(), false);
    await context.close();
  });

  test("stays blank in a frame of another site", async () => {
    const stranger = createServer((_, answer) => {
      answer.setHeader("content-type", "text/html");
      answer.end(`<iframe src="${site.url}/connect"></iframe>`);
    });
    await new Promise((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const { page, context, trouble } = await open(browser);
    await page.goto(`http://localhost:${stranger.address().port}/`);
    const frame = await (await page.locator("iframe").elementHandle()).contentFrame();
    assert.equal(frame.url(), "chrome-error://chromewebdata/");
    assert.match(trouble.join(), /frame-ancestors|refused to connect|X-Frame-Options/i);
    await context.close();
    stranger.close();
  });

  test("turns text into markup only if it is on the list, and never into a script", async () => {
    const { page, context } = await open(browser);
    await page.goto(site.url);
    await engineIsReady(page);
    const tried = await page.evaluate(() => {
      const attempt = (action) => {
        try {
          action();
          return "passed";
        } catch (error) {
          return error.name;
        }
      };
      const box = document.createElement("div");
      const markup = (text) => attempt(() => (box.innerHTML = text));
      return {
        good: [
          '<p class="a" aria-live="polite" data-id="1">x <b>y</b></p>',
          '<a href="/products?page=2#x">x</a>',
          '<a href="https://example.com/" rel="noopener">x</a>',
          '<tr><td>1</td></tr>',
          '<svg viewBox="0 0 1 1"><path d="M0 0h1" stroke-width="2"></path></svg>',
          "<textarea>plain</textarea>",
          "a &lt;script&gt; in words<!>",
        ].filter((text) => markup(text) !== "passed"),
        bad: [
          "<img src=x onerror=alert(1)>",
          "<script>alert(1)</script>",
          "<svg><script>alert(1)</script></svg>",
          "<svg onload=alert(1)>",
          '<iframe src="https://example.com"></iframe>',
          '<object data="x"></object>',
          '<embed src="x">',
          "<style>*{}</style>",
          '<p style="color:red">x</p>',
          '<a href="javascript:alert(1)">x</a>',
          '<a href=" javascript:alert(1)">x</a>',
          '<a href="java\nscript:alert(1)">x</a>',
          '<a href="//example.com">x</a>',
          '<a href="/\\example.com">x</a>',
          '<a href="/\t/example.com">x</a>',
          '<a href="data:text/html,x">x</a>',
          '<img src="http://example.com/x.png">',
          '<img srcset="x 1x">',
          '<form action="/x"></form>',
          '<button formaction="/x">x</button>',
          '<svg><use href="https://example.com/#x"></use></svg>',
          '<svg><a xlink:href="javascript:alert(1)">x</a></svg>',
          '<svg><animate onbegin="alert(1)"></animate></svg>',
          "<math><mtext></mtext></math>",
          "<template><img></template>",
          '<svg><title><img src=x onerror="alert(1)"></title></svg>',
          "<textarea><img src=x onerror=alert(1)></textarea>",
          "<svg><![CDATA[<img src=x onerror=alert(1)>]]></svg>",
          '<link rel="stylesheet" href="/x.css">',
          '<base href="https://example.com">',
          '<meta http-equiv="refresh" content="0">',
          "<noscript><p></noscript>",
          "<custom-element></custom-element>",
        ].filter((text) => markup(text) === "passed"),
        worker: attempt(() => new Worker("/boot.js")),
        foreign: attempt(() => new Worker("https://example.com/x.js")),
        script: attempt(() => (document.createElement("script").text = "alert(1)")),
        source: attempt(() => (document.createElement("script").src = "/x.js")),
        policy: attempt(() => trustedTypes.createPolicy("other", {})),
        again: attempt(() => trustedTypes.createPolicy("default", {})),
        inert: attempt(() => trustedTypes.createPolicy("inert", {})),
        engine: attempt(() => new Worker(document.querySelector("meta[name=engine]").content).terminate()),
      };
    });
    assert.deepEqual(tried, {
      good: [],
      bad: [],
      worker: "TypeError",
      foreign: "TypeError",
      script: "TypeError",
      source: "TypeError",
      policy: "TypeError",
      again: "TypeError",
      inert: "TypeError",
      engine: "passed",
    });
    await context.close();
  });
});

describe("a file that is not the one that was published", () => {
  const flipped = (stem, kind) => {
    const copy = copyOfDist();
    const file = join(copy.folder, "assets", asset(stem, kind, copy.folder));
    const bytes = readFileSync(file);
    // In the middle of a comment or of data, so that the file would still run.
    bytes[Math.floor(bytes.length / 2)] ^= 1;
    writeFileSync(file, bytes);
    return copy;
  };

  for (const [stem, kind] of [["app", "wasm"], ["app", "js"], ["engine", "js"]]) {
    test(`one bit of the ${stem}'s ${kind} is refused, by name`, async () => {
      const copy = flipped(stem, kind);
      const tampered = await serve("--dist", copy.folder);
      const { page, context } = await open(browser);
      await page.goto(`${tampered.url}/bulk`);
      // The engine's banner stands below, where the page itself could start.
      const alert = page.getByRole("alert").filter({ hasText: "did not start" }).first();
      await alert.waitFor();
      assert.match(await alert.innerText(), new RegExp(`not the one that was published, so it was not run: ${asset(stem, kind)}`));
      await alert.getByRole("button", { name: "Reload" }).waitFor();
      await context.close();
      tampered.stop();
      copy.remove();
    });
  }

  test("one bit of the engine's program is refused by the engine", async () => {
    const copy = flipped("engine", "wasm");
    const tampered = await serve("--dist", copy.folder);
    const { page, context } = await open(browser);
    await page.goto(tampered.url);
    await page.getByText("The engine did not start: its program is missing, or is not the file that was published.").waitFor();
    await context.close();
    tampered.stop();
    copy.remove();
  });

  test("one bit of the first script leaves the skeleton, which offers a reload", async () => {
    const copy = flipped("boot", "js");
    const tampered = await serve("--dist", copy.folder);
    const { page, context } = await open(browser);
    await page.goto(tampered.url);
    await page.evaluate(() => document.getAnimations().forEach((animation) => animation.effect.getTiming().iterations === 1 && animation.finish()));
    await page.getByRole("link", { name: "Reload the page" }).waitFor();
    await context.close();
    tampered.stop();
    copy.remove();
  });
});

describe("files that are gone", () => {
  test("after a deploy, the page says that there is a new version, and reloads into it", async () => {
    const copy = copyOfDist();
    const moving = await serve("--dist", copy.folder);
    const index = readFileSync(join(copy.folder, "index.html"), "utf8");
    const old = asset("app", "wasm", copy.folder);
    const { page, context } = await open(browser);
    // The old page, whose program was removed while it loaded; asked again, the site has the new page.
    const program = readFileSync(join(copy.folder, "assets", old));
    rmSync(join(copy.folder, "assets", old));
    writeFileSync(join(copy.folder, "assets", "app-new.wasm"), program);
    writeFileSync(join(copy.folder, "index.html"), index.replace(old, "app-new.wasm").replace(/name="build" content="\w+"/, 'name="build" content="new"'));
    await page.route(`${moving.url}/products`, (route) => route.fulfill({ body: index, contentType: "text/html" }), { times: 1 });
    await page.goto(`${moving.url}/products`);
    await page.getByRole("heading", { name: "A new version is available" }).waitFor();
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByRole("heading", { name: "Products", level: 1 }).waitFor();
    await context.close();
    moving.stop();
    copy.remove();
  });

  test("without a deploy, the page names the missing file", async () => {
    const copy = copyOfDist();
    const gone = asset("app", "wasm", copy.folder);
    rmSync(join(copy.folder, "assets", gone));
    const broken = await serve("--dist", copy.folder);
    const { page, context } = await open(browser);
    await page.goto(broken.url);
    await page.getByText(`A file is missing on the site: ${gone}`).waitFor();
    await context.close();
    broken.stop();
    copy.remove();
  });

  test("offline, the page says that", async () => {
    const { page, context } = await open(browser);
    await page.route("**/*", (route) => (route.request().isNavigationRequest() || /\.(js|css|svg)$/.test(route.request().url()) ? route.continue() : route.abort()));
    await page.goto(site.url);
    await page.getByRole("heading", { name: "Storekeeper cannot reach its site" }).waitFor();
    await context.close();
  });
});

describe("the API on another port of this machine", () => {
  test("is reached over plain http, although the policy upgrades insecure requests", async () => {
    const heard = [];
    const api = createServer((request, answer) => {
      heard.push(request.url);
      answer.setHeader("access-control-allow-origin", "*");
      answer.end("{}");
    });
    await new Promise((resolve) => api.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${api.address().port}`;
    const copy = copyOfDist();
    const config = join(copy.folder, "own.json");
    writeFileSync(config, JSON.stringify({ hosts: [{ label: "Here", base }] }));
    const own = await serve("--config", config);
    const { page, context, trouble } = await open(browser);
    await page.goto(own.url);
    await engineIsReady(page);
    const said = await page.evaluate(async (base) => {
      const config = await (await fetch("/config.json")).json();
      const ask = (url) => fetch(url).then((answer) => answer.status, (error) => error.name);
      return [config.hosts[0].label, await ask(`${base}/stores`), await ask("http://127.0.0.1:9/other")];
    }, base);
    assert.deepEqual(said, ["Here", 200, "TypeError"]);
    assert.deepEqual(heard, ["/stores"]);
    assert.match(trouble.join(), /Content Security Policy/);
    await context.close();
    own.stop();
    copy.remove();
    api.close();
  });
});

describe("states that people see", () => {
  for (const [size, width] of [["wide", 1280], ["narrow", 390]]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`loading, failed and 404 fit (${size}, ${colorScheme})`, async () => {
        const { page, context } = await open(browser, { viewport: { width, height: 800 }, colorScheme });
        const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
        const name = (state) => `${state}-${size}-${colorScheme}`;

        await page.route("**/*.wasm", () => {});
        await page.goto(site.url);
        await page.getByText("Opening Storekeeper").waitFor();
        await shot(page, name("loading"));
        assert.ok(await fits());
        await page.unrouteAll({ behavior: "ignoreErrors" });

        await page.route("**/app-*.wasm", (route) => route.fulfill({ body: "other", contentType: "application/wasm" }));
        await page.goto(`${site.url}/connect`);
        await page.getByRole("alert").waitFor();
        await shot(page, name("failed"));
        assert.ok(await fits());

        await page.goto(`${site.url}/no/such/page`);
        await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
        await shot(page, name("404"));
        assert.ok(await fits());
        await context.close();
      });
    }
  }
});
