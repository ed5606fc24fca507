// Every state of every screen: axe finds nothing, in both themes and at both sizes, and nothing sticks out sideways.
import { describe } from "node:test";
import {
  agree, button, choose, compare, connect, failed, heading, isAccessible, keys, raised, reported, sending, setting, submitKey, toBulk,
} from "./journey.mjs";
import { test } from "./support.mjs";

const it = setting();

for (const width of [1280, 390]) {
  const visit = () => it.visit({ viewport: { width, height: 844 } });

  describe(`at ${width} px`, () => {
    test("connecting", async () => {
      const { page, context, done } = await visit();
      await page.goto(`${it.api.url}/products`);
      await page.getByText("Not connected").waitFor();
      await isAccessible(page, "products-none");
      await page.goto(`${it.api.url}/connect`);
      await page.getByLabel("Host", { exact: true }).waitFor();
      await isAccessible(page, "connect");
      await button(page.getByRole("main"), "Connect").click();
      await page.getByText("Paste the API key here.").waitFor();
      await isAccessible(page, "connect-blank");
      await submitKey(page, keys.powerless);
      await page.getByText("may not do that (403)").waitFor();
      await isAccessible(page, "connect-refused");
      await submitKey(page, keys.main);
      await heading(page, /^Connected to /).waitFor();
      await isAccessible(page, "connected");
      await context.setOffline(true);
      await page.getByText("You are offline.").waitFor();
      await isAccessible(page, "connected-offline");
      await done(failed("403"));
    });

    test("looking at the store", async () => {
      const { page, done } = await visit();
      await connect(page, it.api);
      await page.getByRole("link", { name: "Products", exact: true }).click();
      await page.getByRole("row").nth(5).waitFor();
      await isAccessible(page, "products");
      await page.getByLabel("Search the products").fill("nothing is called so");
      await page.getByText("No product matches this search.").waitFor();
      await isAccessible(page, "products-nothing");
      await page.getByRole("link", { name: "Settings", exact: true }).click();
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      await isAccessible(page, "settings");
      const down = { method: "GET", times: 0, fault: { kind: "status", status: 503, body: { message: "Down for maintenance" } } };
      await it.api.faults(down);
      await button(page, "Read again").click();
      await page.getByRole("main").getByText("Down for maintenance").waitFor();
      await isAccessible(page, "settings-not-read-again");
      await it.api.faults();
      await connect(page, it.api);
      await it.api.faults(down);
      await page.getByRole("link", { name: "Settings", exact: true }).click();
      await button(page, "Try again").waitFor();
      await isAccessible(page, "settings-failed");
      await done(failed("503"));
    });

    test("choosing and checking a file", async () => {
      const { page, done } = await visit();
      await page.goto(`${it.api.url}/bulk`);
      await page.getByText("You are not connected.").waitFor();
      await isAccessible(page, "choose");
      for (const fold of await page.locator("summary").all()) await fold.click();
      await isAccessible(page, "choose-guide");
      await choose(page, it.files.write("header.csv", "Product ID,Name\n"));
      await page.getByRole("alert").filter({ hasText: "header.csv" }).waitFor();
      await isAccessible(page, "choose-refused");
      // A file that does not come: whichever way the engine asks for it.
      await page.workers()[0].evaluate(() => {
        const readers = [ReadableStreamDefaultReader.prototype, ReadableStreamBYOBReader.prototype];
        const read = readers.map((reader) => reader.read);
        for (const reader of readers) reader.read = () => new Promise(() => {});
        globalThis.comes = () => readers.forEach((reader, at) => (reader.read = read[at]));
      });
      const rows = raised(await it.api.products(60));
      rows[0].push("Note");
      for (const row of rows.slice(1)) row.push("");
      rows[3][2] = "12O";
      rows[4][1] = "KÃ¼hltasche";
      rows[5].push("one too many");
      const file = it.files.write("update.csv", rows);
      await choose(page, file);
      await heading(page, "Reading update.csv").waitFor();
      await isAccessible(page, "reading");
      await page.workers()[0].evaluate(() => globalThis.comes());
      await button(page, "Cancel").click();
      await choose(page, file);
      await heading(page, "58 of 60 products are ready").waitFor();
      await page.getByRole("region", { name: "Problems" }).getByRole("listitem").first().waitFor();
      await isAccessible(page, "check");
      await page.getByRole("tab", { name: /^Rows/ }).click();
      await page.getByRole("row").nth(5).waitFor();
      await isAccessible(page, "check-rows");
      await chooseAnother(page, raised(await it.api.products(3)));
      await heading(page, "All 3 products are ready").waitFor();
      await isAccessible(page, "check-good");
      await chooseAnother(page, [["Product ID", "Price"], ["6.50906E+23", "12O"]]);
      await page.getByText("No product of this file can be compared yet.").waitFor();
      await isAccessible(page, "check-none");
      await done();
    });

    test("comparing, confirming, sending", async () => {
      const { page, done } = await visit();
      const products = await it.api.products(120);
      const rows = [["Product ID", "Name", "Description", "Price", "Vouchers", "Voucher Expire Date"]];
      for (const [n, product] of products.entries()) {
        const text = n % 7 ? "" : `<p>${"Now with oat milk, at no extra charge. ".repeat(8)}</p>`;
        rows.push([product._id, n % 9 ? "" : "Kaffee & Kuchen für zwei", text, n === 4 ? 0 : product.price * 10, n % 30 ? "" : `NEW-${n}|NEW-${n}-B`, n % 30 ? "" : "2027-12-31"]);
      }
      rows.push(["aaaaaaaaaaaaaaaaaaaaaaaa", "", "", 5, "", ""]);
      await connect(page, it.api);
      await toBulk(page);
      await choose(page, it.files.write("update.csv", rows));
      await heading(page, /ready$/).waitFor();
      await it.api.faults({ method: "GET", path: "/products", times: 0, fault: { kind: "hang" } });
      await page.getByRole("button", { name: /^Compare with the live store/ }).click();
      await heading(page, "Comparing with the live store").waitFor();
      await isAccessible(page, "comparing");
      await button(page, "Back to the file").click();
      await it.api.faults();
      await compare(page);
      await page.getByRole("region", { name: "Products that will change" }).getByRole("listitem").first().waitFor();
      await isAccessible(page, "review");
      await button(page, "Go on to confirm…").click();
      await page.getByRole("dialog").waitFor();
      await isAccessible(page, "review-confirm");

      await it.api.faults(
        { method: "PUT", nth: 1, fault: { kind: "status", status: 401, body: { message: "API key expired" } } },
        { method: "PUT", nth: 2, hold: true, fault: { kind: "status", status: 429, body: { message: "Slow down" } } },
      );
      await agree(page);
      await page.getByText("Waiting for a key").waitFor();
      await isAccessible(page, "send-key");
      await page.getByLabel("API key of the same store").fill(keys.second);
      await button(page, "Go on with this key").click();
      await page.getByLabel("API key of the same store").waitFor({ state: "detached" });
      await isAccessible(page, "send");
      await button(page, "Pause").click();
      await page.getByText(/^Paused\. /).waitFor();
      await isAccessible(page, "send-paused");
      await button(page, "Stop…").click();
      await page.getByRole("dialog").waitFor();
      await isAccessible(page, "send-stop");
      await button(page, "Keep sending").click();
      await it.api.release();
      await button(page, "Resume").click();
      await reported(page);
      await page.getByRole("region", { name: "Products of the file" }).getByRole("listitem").first().waitFor();
      await isAccessible(page, "report");
      await button(page, "Start a new run").click();

      // A run that is cut off.
      await choose(page, it.files.write("more.csv", raised(products)));
      await compare(page);
      await it.api.faults({ method: "PUT", nth: 1, fault: { kind: "hang" } });
      await button(page, "Go on to confirm…").click();
      await agree(page);
      await sending(page);
      await page.workers()[0].evaluate(() => void setTimeout(() => { throw new Error("killed by a test"); }));
      await heading(page, "The run was interrupted").waitFor();
      await page.getByRole("region", { name: "Products of the file" }).getByRole("listitem").first().waitFor();
      await isAccessible(page, "report-interrupted");
      await done(failed("401|429"), /killed by a test/);
    });
  });
}

/** Chooses another file from the checked one. */
async function chooseAnother(page, rows) {
  await button(page, "Choose another file").click();
  await heading(page, "Update products from a file").waitFor();
  await choose(page, it.files.write("again.csv", rows));
}
