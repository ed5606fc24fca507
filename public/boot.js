// The first thing that runs, before the page's own program: it must be script, because it prepares the ground the program stands on.
//
//   1. the theme, before the first paint, so that nothing flashes
//   2. the Trusted Types policy: the one gate through which text may become markup or a script's address
//   3. loading the program with its integrity value, and saying in words why it could not be loaded
//
// It is a classic script in <head>. It knows file names only from the document, where the build wrote them.
(() => {
  "use strict";
  const root = document.documentElement;

  // ---- 1. theme ----------------------------------------------------------------------------------------------------------------

  try {
    const theme = localStorage.getItem("storekeeper.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's colour scheme it is, then.
  }

  const meta = (name) => document.querySelector(`meta[name=${name}]`);
  const script = document.getElementById("app-script");
  const program = meta("program");
  const engine = meta("engine");
  const build = meta("build");
  if (!script || !program || !engine || !build) return; // The 404 page wants only the theme.
  const programUrl = new URL(program.content, document.baseURI).href;
  const engineUrl = new URL(engine.content, document.baseURI).href;
  // The reader of workbooks is fetched only when one is dropped (src/browser/workbook), and may be started then.
  const workbook = meta("workbook");
  const workers = [engineUrl, workbook && new URL(workbook.content, document.baseURI).href];

  // ---- 2. what may become markup -----------------------------------------------------------------------------------------------

  // Leptos builds elements by cloning templates, and fills those from strings that were in our source when it was compiled. The
  // policy lets such strings pass, and nothing that could run, load, navigate out of the site or restyle the page: a mistake
  // elsewhere (text of a product reaching innerHTML) ends in a refusal here. It is an allow-list on purpose.
  //
  // The headers allow one policy more, `inert`. The program makes it as it starts, for itself alone: it reads descriptions of the store
  // into a document that is never shown, and builds anew what may be seen (src/browser/html.rs).
  const words = (text) => new Set(text.split(" "));
  const tags = words(
    "a abbr address article aside b bdi bdo blockquote br button caption cite code col colgroup data datalist dd del details dfn " +
      "dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label " +
      "legend li main mark menu meter nav ol optgroup option output p pre progress q s samp search section select small span " +
      "strong sub summary sup table tbody td textarea tfoot th thead time tr u ul var wbr " +
      "svg g path circle ellipse line polyline polygon rect text tspan title desc defs symbol use marker clippath mask " +
      "lineargradient radialgradient stop",
  );
  const attributes = words(
    "abbr accept accesskey alt autocapitalize autocomplete autofocus checked cite class cols colspan contenteditable controls " +
      "datetime dir dirname disabled download draggable enterkeyhint for form headers height hidden high id inert inputmode is " +
      "itemscope label lang list loading decoding low max maxlength method min minlength multiple name novalidate open optimum " +
      "pattern placeholder popover popovertarget popovertargetaction readonly referrerpolicy rel required reversed role rows " +
      "rowspan scope selected size span spellcheck start step summary tabindex target title translate type value width wrap " +
      "xmlns viewbox preserveaspectratio d cx cy r rx ry x y x1 x2 y1 y2 dx dy points pathlength transform fill fill-opacity " +
      "fill-rule clip-rule clip-path mask stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset " +
      "stroke-miterlimit stroke-opacity opacity vector-effect text-anchor dominant-baseline font-size font-weight font-family " +
      "offset stop-color stop-opacity gradientunits gradienttransform patternunits clippathunits maskunits markerwidth " +
      "markerheight refx refy orient focusable",
  );
  // An address of this site (`/products`, `#name`, `?page=2`, `name`) or an https one. `//host`, `/\host` and every other scheme fail,
  // and so do tabs and line breaks, which a browser drops: `/<tab>/host` is `//host` to it.
  const address = /^(?!.*[\t\n\r])(?:https:\/\/|\/(?![/\\])|#|\?|$|[\w.-]+(?:[/?#]|$))/is;

  const refused = (element) => {
    const tag = element.localName.toLowerCase();
    if (!tags.has(tag)) return `<${tag}>`;
    // Parsed in another place (inside <svg>, say), text of these two could turn into elements.
    if ((tag === "textarea" || tag === "title") && element.textContent.includes("<")) return `markup in <${tag}>`;
    for (const { name, value } of element.attributes) {
      const known = name.toLowerCase();
      const fine =
        known === "href" || known === "src"
          ? address.test(value) && (tag !== "use" || value.startsWith("#"))
          : known === "style"
            ? value === ""
            : attributes.has(known) || /^(?:aria|data)-[\w.:-]+$/.test(known);
      if (!fine) return `${known} of <${tag}>`;
    }
    return null;
  };

  const passed = new Set();
  let parsing = false;
  const createHTML = (markup) => {
    // Reading the markup means handing it to an inert template, which asks this very policy: that one inner question is let through.
    if (parsing || markup === "" || passed.has(markup)) return markup;
    const template = document.createElement("template");
    parsing = true;
    try {
      template.innerHTML = markup;
    } finally {
      parsing = false;
    }
    let reason = markup.includes("<![") ? "CDATA" : null;
    for (const element of template.content.querySelectorAll("*")) reason ??= refused(element);
    // Names only, never the text: it may be a customer's.
    if (reason) throw new TypeError(`Refused as markup: ${reason}`);
    if (passed.size < 1000) passed.add(markup);
    return markup;
  };
  const createScriptURL = (url) => {
    if (workers.includes(new URL(url, document.baseURI).href)) return url;
    throw new TypeError("Refused as the address of a script: only the engine and the reader of workbooks may be started");
  };
  const createScript = () => {
    throw new TypeError("Refused as a script: text is never run");
  };
  window.trustedTypes?.createPolicy("default", { createHTML, createScriptURL, createScript });

  // ---- 3. loading --------------------------------------------------------------------------------------------------------------

  // A damaged copy can sit in the browser's cache for a year, since these files never change under their name. So: once more, past
  // the cache, before giving up.
  const get = (url, integrity) => {
    const once = (cache) => fetch(url, { cache, ...(integrity && { integrity }) });
    return once("default").catch(() => once("reload"));
  };

  const tell = (heading, ...sentences) => {
    const box = document.createElement("div");
    box.className = "boot boot-failed";
    box.id = "boot";
    const bar = document.querySelector(".boot-bar");
    if (bar) box.append(bar);
    const card = box.appendChild(document.createElement("main"));
    card.className = "boot-card";
    card.setAttribute("role", "alert");
    card.appendChild(document.createElement("h1")).textContent = heading;
    for (const sentence of sentences) card.appendChild(document.createElement("p")).textContent = sentence;
    const button = card.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = "Reload";
    button.addEventListener("click", () => location.reload());
    document.getElementById("boot")?.remove();
    document.body.prepend(box);
    button.focus();
  };

  // Something did not arrive, or arrived different. The site itself is asked what is the matter, so that the words fit: a browser
  // says only "failed to fetch" for all of these.
  const explain = async () => {
    let answer;
    try {
      answer = await fetch("/", { cache: "no-store" });
    } catch {
      return tell(
        "Storekeeper cannot reach its site",
        "The page could not load its files: this device is offline, or the site does not answer.",
        "Check the connection, then reload.",
      );
    }
    const current = /<meta name="?build"? content="?([\w-]+)/.exec(await answer.text())?.[1];
    if (answer.ok && current && current !== build.content) {
      return tell(
        "A new version is available",
        "Storekeeper was updated, and the files of the version this page belongs to are gone.",
        "Reload to go on with the new version.",
      );
    }
    const files = [
      [script.href, script.integrity],
      [programUrl, program.dataset.integrity],
      [engineUrl, engine.dataset.integrity],
    ];
    for (const [url, integrity] of files) {
      const name = url.slice(url.lastIndexOf("/") + 1);
      const found = await fetch(url, { cache: "reload" }).catch(() => null);
      if (!found?.ok) {
        return tell(
          "Storekeeper did not start",
          `A file is missing on the site: ${name}. An upload may still be under way.`,
          "Wait a minute, then reload. If this stays, tell whoever publishes this page: all files of one build belong together.",
        );
      }
      const whole = await fetch(url, { ...(integrity && { integrity }) }).catch(() => null);
      if (!whole) {
        return tell(
          "Storekeeper did not start",
          `A file is not the one that was published, so it was not run: ${name}.`,
          "Reload. If this comes back, something on the way changes files (a proxy, a virus scanner, a half-done upload): tell " +
            "whoever publishes this page to upload the build again.",
        );
      }
    }
    return tell(
      "Storekeeper did not start",
      "All its files are there and whole, but it stopped while starting.",
      "Reload. If this comes back, try another browser, and tell whoever publishes this page.",
    );
  };

  const failed = () => {
    if (document.body) void explain();
    else document.addEventListener("DOMContentLoaded", () => void explain(), { once: true });
  };

  if (typeof WebAssembly !== "object" || typeof Worker !== "function") {
    document.addEventListener("DOMContentLoaded", () =>
      tell(
        "This browser cannot run Storekeeper",
        "It needs WebAssembly and workers, which every browser of the last years has, unless they are switched off.",
        "Update the browser, or switch them on, then reload.",
      ),
    );
    return;
  }

  const ready = new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
  const start = async () => {
    const [{ default: init }, wasm] = await Promise.all([
      import(script.href),
      get(programUrl, program.dataset.integrity),
      ready,
    ]);
    await init({ module_or_path: wasm });
    document.getElementById("boot")?.remove();
  };
  // A browser takes no integrity value for a worker's script. Fetching it here with one puts the right file into the cache, which
  // the worker then starts from; a wrong one is noticed and named.
  const checked = get(engineUrl, engine.dataset.integrity);
  Promise.all([start(), checked]).catch(failed);
})();
