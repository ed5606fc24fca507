
// What follows is written by the build, below what wasm-bindgen made of a worker.
globalThis.storekeeperBuild = "{build}";
{
  const program = new URL("{program}", import.meta.url);
  const integrity = "{integrity}";
  const get = (cache) => fetch(program, { cache, integrity });
  // Its own messages are buffers; a sentence means that it never started.
  const refuse = (reason) => postMessage(`{who} did not start: ${reason} Reload the page.`);
  get("default")
    // A damaged copy in the cache would otherwise stay there for a year.
    .catch(() => get("reload"))
    .then(
      (answer) => __wbg_init({ module_or_path: answer }).catch(() => refuse("it stopped while starting.")),
      () => refuse("its program is missing, or is not the file that was published."),
    );
}
