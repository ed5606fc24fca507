// The second half of the runs by chance, beside the first.
process.env.SECOND_HALF = "yes";
await import("./seeds.test.mjs");
