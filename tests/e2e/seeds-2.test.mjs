// A quarter of the runs by chance, beside the others.
process.env.QUARTER = "2";
await import("./seeds.test.mjs");
