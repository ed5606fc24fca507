// The steps on the settings page, each by role and visible text.
import assert from "node:assert/strict";
import { connect, eventually, keys } from "./journey.mjs";

// ---- places -----------------------------------------------------------------------------------------------------------

/** The field of this name, as it is read aloud: a colour's label shows less than it says. Of the description's two, the one that is shown. */
export const field = (page, name) => {
  const main = page.getByRole("main");
  return main.getByLabel(name, { exact: true }).or(main.getByRole("textbox", { name, exact: true })).filter({ visible: true });
};
export const bar = (page) => page.getByRole("region", { name: "Unsaved changes" });
export const result = (page) => page.getByRole("group", { name: "Result of saving" });
export const dialog = (page) => page.getByRole("dialog");
/** What the browser keeps of unsaved settings. */
export const drafts = (page) => page.evaluate(() => Object.entries({ ...localStorage }).filter(([name]) => name.startsWith("storekeeper.draft.")));

// ---- steps ------------------------------------------------------------------------------------------------------------

/** From the front door to the form. */
export async function openSettings(page, world, key = keys.main) {
  await connect(page, world, key);
  await toSettings(page);
}

export async function toSettings(page) {
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await field(page, "Title").waitFor();
}

/** Types into fields, leaving each of them, as a person does. */
export async function type(page, texts) {
  for (const [name, text] of Object.entries(texts)) {
    // Letter by letter, not as it will look.
    if (name === "Description") await page.getByRole("group", { name: "View of the description" }).getByRole("button", { name: "Source" }).click();
    await field(page, name).fill(text);
    await field(page, name).blur();
  }
}

/** Presses Save in the bar. */
export const save = (page) => bar(page).getByRole("button", { name: "Save", exact: true }).click();

/** Saves, and waits until that is said. */
export async function saved(page, sections) {
  await save(page);
  await result(page).getByText(`Saved: ${sections}`, { exact: true }).waitFor();
}

/** Every control of the form with what stands in it. */
export function typed(page) {
  return page.getByRole("main").evaluate((main) => {
    const all = [...main.querySelectorAll(".settings-form :is(input, textarea, select)")];
    const name = (control) => control.getAttribute("aria-labelledby") ?? control.getAttribute("aria-label") ?? control.labels[0]?.textContent;
    return all.map((control) => [name(control), control.type === "checkbox" ? control.checked : control.value]);
  });
}

/** What is wrong with a field, as it stands beside it and as it is read aloud. */
export async function wrong(page, name) {
  return field(page, name).evaluate((control) => {
    const ids = control.getAttribute("aria-describedby").split(" ");
    const errors = ids.map((id) => document.getElementById(id)).filter((it) => it?.matches(".field-error"));
    return { isInvalid: control.getAttribute("aria-invalid") === "true", words: errors.map((it) => it.textContent).join(" ").trim() };
  });
}

export async function isWrong(page, name, words) {
  await eventually(async () => {
    const found = await wrong(page, name);
    assert.match(found.words, words);
    assert.ok(found.isInvalid, `${name} is said to be invalid`);
  }, 5_000);
}

export async function isFine(page, name) {
  await eventually(async () => assert.deepEqual(await wrong(page, name), { isInvalid: false, words: "" }), 5_000);
}

export const hasFocus = (place) => eventually(async () => assert.ok(await place.evaluate((it) => it === document.activeElement), `the focus is on ${await describeFocus(place)}`), 5_000);
const describeFocus = (place) => place.page().evaluate(() => document.activeElement?.outerHTML.slice(0, 200));

// ---- truth ------------------------------------------------------------------------------------------------------------

/** The settings as the store holds them, without the moment of the last change. */
export async function held(world) {
  const { updatedAt, ...settings } = (await world.state()).store;
  return settings;
}

/** The changes that this page sent, as the service received them. */
export const sent = async (world) => (await world.puts()).map((put) => (assert.equal(put.path, "/v1/stores"), put.body));

/** A copy with other values at these paths. */
export function changed(settings, values) {
  const copy = structuredClone(settings);
  for (const [path, value] of Object.entries(values)) {
    const parts = path.split(".");
    const last = parts.pop();
    const inner = parts.reduce((inner, key) => inner[key], copy);
    if (value === undefined) delete inner[last];
    else inner[last] = value;
  }
  return copy;
}

/** The widget as it may be sent: its key is the service's alone. */
export function sendable({ apiKey, ...widget }) {
  assert.ok(apiKey, "the service has one");
  return widget;
}
