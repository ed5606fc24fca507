// uDSV as its README streams a file: rows as arrays of strings, all of them held at the end. No cell is looked at.
import { inferSchema, initParser } from "/npm/udsv/dist/uDSV.mjs";

let rows;
onmessage = async ({ data: file }) => {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let parser;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parser ??= initParser(inferSchema(value));
    parser.chunk(value, parser.stringArrs);
  }
  rows = parser.end();
  postMessage({ rows: rows.length });
};
postMessage("ready");
