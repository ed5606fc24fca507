// The release's engine as it is, but that its memory can be asked for. (A program's memory never shrinks: its size is its peak.)
const start = WebAssembly.instantiateStreaming;
let memory;
WebAssembly.instantiateStreaming = async (...given) => {
  const program = await start.apply(WebAssembly, given);
  memory = program.instance.exports.memory;
  return program;
};
addEventListener("message", (event) => {
  if (event.data !== "memory") return;
  event.stopImmediatePropagation();
  postMessage({ memory: memory.buffer.byteLength });
});
await import("/engine.js");
