// One file read in four ways, each in a worker. Each way answers { millis, rows } and keeps what it read in `held`, as an application would.
const file = () => document.querySelector("input").files[0];
const tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });

/** A worker that has started: it said so. */
async function worker(url) {
  const started = new Worker(url, { type: "module" });
  await new Promise((resolve, reject) => {
    started.onmessage = resolve;
    started.onerror = (event) => reject(new Error(event.message));
  });
  return started;
}

let held;
const ways = {
  /** The file's bytes, and nothing done with them. */
  bytes: () => plain("/bytes.js"),
  udsv: () => plain("/udsv.js"),

  /** Rows as objects, handed to the page at the end. */
  papaparse: () =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      Papa.parse(file(), {
        worker: true,
        header: true,
        error: reject,
        complete: (results) => {
          const millis = performance.now() - began;
          held = results;
          resolve({ millis, rows: results.data.length });
        },
      });
    }),

  /** The engine of the release: from the moment the file is handed over to its message that the file is checked. */
  async ours(question) {
    const engine = await worker("/ours.js");
    held = engine;
    const millis = await new Promise((resolve, reject) => {
      let reading;
      engine.onmessage = ({ data }) => {
        // [an event, of the run, its stage, …]; the first stage is that the file is being read.
        if (!(data instanceof Uint8Array) || data[0] !== 2 || data[1] !== 0) return;
        reading ??= data[2];
        if (data[2] !== reading) resolve(performance.now() - began);
      };
      engine.onerror = (event) => reject(new Error(event.message));
      const began = performance.now();
      engine.postMessage([Uint8Array.from(question), file()]);
    });
    const memory = await new Promise((resolve) => {
      engine.onmessage = ({ data }) => typeof data === "object" && "memory" in data && resolve(data.memory);
      engine.postMessage("memory");
    });
    return { millis, memory };
  },
};

async function plain(url) {
  const reader = await worker(url);
  held = reader;
  const began = performance.now();
  const result = new Promise((resolve, reject) => {
    reader.onmessage = ({ data }) => resolve({ ...data, millis: performance.now() - began });
    reader.onerror = (event) => reject(new Error(event.message));
  });
  reader.postMessage(file());
  return result;
}

/** Reads the file once, and says how long that took and what the page's longest task was. */
globalThis.measure = async (way, question) => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  tasks.length = 0;
  const result = await ways[way](question);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { ...result, longest: Math.max(0, ...tasks) };
};

/** The bytes that the page and its workers hold once the file is read. */
globalThis.weigh = async () => (await performance.measureUserAgentSpecificMemory()).bytes;
