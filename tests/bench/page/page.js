// One file read in four ways, each in a worker. Each way answers { millis, rows } and keeps what it read in `held`, as an application would.
const file = () => document.querySelector("input").files[0];
const tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });

/** How long a worker has been there before a file is: nobody has one at hand at once. In it the engine warms up, as it does in the page. */
const REST = 2000;
const rest = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** A worker that has started: it said so. */
async function started(url) {
  const worker = new Worker(url, { type: "module" });
  await new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = (event) => reject(new Error(event.message));
  });
  return worker;
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

  ours: (questions) => engine(questions, REST),
  cold: (questions) => engine(questions, 0),
};

/** The engine of the release, asked what the page asks once it stands: from handing the file over to the message that it is checked. */
async function engine([first, open], pause) {
  const worker = await started("/ours.js");
  held = worker;
  const answered = new Promise((resolve) => (worker.onmessage = resolve));
  worker.postMessage([Uint8Array.from(first)]);
  await answered;
  await rest(pause);
  const millis = await new Promise((resolve, reject) => {
    let reading;
    worker.onmessage = ({ data }) => {
      // [an event, of the run, its stage, …]; the first stage is that the file is being read.
      if (!(data instanceof Uint8Array) || data[0] !== 2 || data[1] !== 0) return;
      reading ??= data[2];
      if (data[2] !== reading) resolve(performance.now() - began);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    const began = performance.now();
    worker.postMessage([Uint8Array.from(open), file()]);
  });
  const memory = await new Promise((resolve) => {
    worker.onmessage = ({ data }) => typeof data === "object" && "memory" in data && resolve(data.memory);
    worker.postMessage("memory");
  });
  return { millis, memory };
}

async function plain(url) {
  const reader = await started(url);
  held = reader;
  await rest(REST);
  const began = performance.now();
  const result = new Promise((resolve, reject) => {
    reader.onmessage = ({ data }) => resolve({ ...data, millis: performance.now() - began });
    reader.onerror = (event) => reject(new Error(event.message));
  });
  reader.postMessage(file());
  return result;
}

/** Reads the file once, and says how long that took and what the page's longest task was. */
globalThis.measure = async (way, questions) => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  tasks.length = 0;
  const result = await ways[way](questions);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { ...result, longest: Math.max(0, ...tasks) };
};

/** The bytes that the page and its workers hold once the file is read. */
globalThis.weigh = async () => (await performance.measureUserAgentSpecificMemory()).bytes;
