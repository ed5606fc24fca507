//! How the file is written: what was found out, why, and every choice of it, over a preview that follows.

use crate::browser::page;
use crate::engine::protocol::{
    Choices, Confidence, Delimiter, Encoding, Escape, Format, LineEnds, PartKind, PartView, PreviewKind, PreviewRow, Quote,
    ReadAgain, Recognition, RecognitionView,
};
use crate::ui::components::dialog::dialog;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::{follow, live};
use crate::ui::components::pending::Pending;
use crate::ui::state::Shop;
use crate::ui::words::number;
use leptos::prelude::*;

/// What the panel's parts share. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Looking {
    shop: Shop,
    /// As it is read.
    made: RwSignal<Option<RecognitionView>>,
    /// As it would be read under what is chosen in the panel.
    tried: RwSignal<Option<RecognitionView>>,
    /// What is chosen in the panel.
    wanted: RwSignal<Choices>,
    /// Changes that would be lost if the file were read again.
    edits: Signal<u32>,
    reading: Pending,
    looking: Pending,
    /// What waits for a word about the changes.
    asked: RwSignal<Option<Choices>>,
    asking: RwSignal<bool>,
}

impl Looking {
    /// The panel's state; [`Looking::load`] or [`Looking::take`] comes next.
    pub(super) fn new(shop: Shop, edits: Signal<u32>) -> Self {
        Self {
            shop,
            made: RwSignal::new(None),
            tried: RwSignal::new(None),
            wanted: RwSignal::new(Choices::default()),
            edits,
            reading: Pending::new(),
            looking: Pending::new(),
            asked: RwSignal::new(None),
            asking: RwSignal::new(false),
        }
    }

    /// Asks how the file is read.
    pub(super) fn load(self) {
        self.looking.run(self.shop.try_ask(Recognition { choices: None }), move |view| self.take(view));
    }

    /// This is how it is read.
    pub(super) fn take(self, view: RecognitionView) {
        self.wanted.set(view.choices);
        self.tried.set(Some(view.clone()));
        self.made.set(Some(view));
    }

    /// Looks at it under other choices. A late answer to earlier ones is dropped.
    fn try_out(self, change: impl FnOnce(&mut Choices)) {
        self.wanted.update(change);
        let choices = Some(self.wanted.get_untracked());
        let answer = self.shop.try_ask(Recognition { choices });
        self.looking.run_newest(answer, move |view| drop(self.tried.try_set(Some(view))));
    }

    /// Reads the file again; after a question, where changes would go with it.
    fn read(self, choices: Option<Choices>) {
        if self.edits.get_untracked() > 0 && !self.asking.get_untracked() {
            self.asked.set(choices);
            self.asking.set(true);
        } else {
            self.asking.set(false);
            self.reading.run(self.shop.try_ask(ReadAgain { choices }), |()| ());
        }
    }

    fn is_other(self) -> bool {
        let wanted = self.wanted.get();
        self.made.with(|made| made.as_ref().is_some_and(|made| made.choices != wanted))
    }
}

/// The panel.
pub(super) fn recognition_panel(it: Looking) -> AnyView {
    let has_view = Memo::new(move |_| it.made.with(Option::is_some));
    let body = live(move || if has_view.get() { whole(it) } else { view! { <div class="bone-block"></div> }.into_any() });
    view! { {body} {it.looking.note()} {lost_dialog(it)} }.into_any()
}

fn whole(it: Looking) -> AnyView {
    let is_chosen = Memo::new(move |_| it.made.with(|made| made.as_ref().is_some_and(|made| made.is_chosen)));
    let is_other = Memo::new(move |_| it.is_other());
    let back = move |_| {
        if let Some(made) = it.made.get_untracked() {
            it.looking.drop_late();
            it.take(made);
        }
    };
    view! {
        {live(move || it.made.with(|made| made.as_ref().map(|made| found_out(it, made))))}
        {choices_form(it)}
        <div class="actions">
            <button type="button" class="button button-main" disabled=move || !is_other.get() || it.reading.busy.get()
                on:click=move |_| it.read(Some(it.wanted.get_untracked()))>"Read it so"</button>
            <button type="button" class="button" hidden=move || !is_other.get() on:click=back>"Back to how it is read"</button>
            <button type="button" class="button" hidden=move || !is_chosen.get() disabled=move || it.reading.busy.get()
                on:click=move |_| it.read(None)>{Icon::Again.view()}"Find out again"</button>
        </div>
        {it.reading.note()}
        <p class="quiet" role="status">
            {move || if is_other.get() { "Nothing is changed yet: this is how it would be read." } else { "This is how it is read." }}
        </p>
        {live(move || it.tried.with(|tried| tried.as_ref().map(preview)))}
        {live(move || it.made.with(|made| made.as_ref().map(|made| parts(&made.parts))))}
    }
    .into_any()
}

/// What was found out, and what else it might be.
fn found_out(it: Looking, made: &RecognitionView) -> AnyView {
    let Some(guess) = &made.guess else {
        return view! { <p>"How it is written could not be found out."</p> }.into_any();
    };
    let (icon, class, words) = if made.is_chosen && made.choices != guess.choices {
        (Icon::Info, "sign", "You chose how it is read. What was found out:")
    } else {
        confidence(guess.confidence)
    };
    let reasons = guess.why.iter().cloned().chain(line_ends(guess.line_ends)).map(|why| view! { <li>{why}</li> }).collect_view();
    // What was chosen is undone by one press as well: the guess is then the first of the alternatives.
    let back = (made.choices != guess.choices).then(|| (guess.choices, "As it was found out.".to_owned()));
    let others = guess.alternatives.iter().map(|other| (other.choices, other.why.clone()));
    let others: Vec<_> = back.into_iter().chain(others).filter(|(choices, _)| *choices != made.choices).collect();
    let has_others = !others.is_empty();
    let others = others.into_iter().map(|(choices, why)| {
        let label = format!("Read it so: {why}");
        view! {
            <li>
                <p class="pickable">{why}</p>
                <button type="button" class="button" aria-label=label disabled=move || it.reading.busy.get()
                    on:click=move |_| it.read(Some(choices))>"Read it so"</button>
                <button type="button" class="link" on:click=move |_| it.try_out(|wanted| *wanted = choices)>"Look first"</button>
            </li>
        }
    });
    let others = others.collect_view();
    view! {
        <p class="found"><span class=class>{icon.view()}</span><strong>{words}</strong></p>
        <ul class="rules">{reasons}</ul>
        {has_others.then(|| view! {
            <h3>"What else it might be"</h3>
            <ul class="pickables" role="list">{others}</ul>
        })}
    }
    .into_any()
}

/// How sure a guess is, in words.
pub(super) const fn confidence(confidence: Confidence) -> (Icon, &'static str, &'static str) {
    match confidence {
        Confidence::Sure => (Icon::Tick, "sign sign-good", "This was found out, and nothing else comes near:"),
        Confidence::Likely => (Icon::Info, "sign", "This was found out, and is likely:"),
        Confidence::Unsure => (Icon::Warning, "sign sign-warn", "This is a guess that may be wrong. Please look at the preview:"),
    }
}

/// A word where lines end in more than one way.
fn line_ends(ends: LineEnds) -> Option<String> {
    let kinds = [(ends.crlf, "as Windows ends them"), (ends.lf, "with a line feed"), (ends.cr, "as old Macs ended them")];
    let seen: Vec<String> =
        kinds.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{} {words}", number(*count))).collect();
    (seen.len() > 1).then(|| format!("Its lines end in several ways, which does no harm: {}.", seen.join(", ")))
}

/// Every choice.
fn choices_form(it: Looking) -> AnyView {
    let is_json = Memo::new(move |_| it.wanted.get().format == Format::Json);
    let encodings = Encoding::ALL.map(Encoding::name).to_vec();
    let delimiters = vec!["Commas  ,", "Semicolons  ;", "Tabs", "Vertical bars  |"];
    let quotes = [Quote::Double, Quote::Single, Quote::None];
    let cells = move || {
        view! {
            {pick(it, "recognised-delimiter", "Cells are separated by", delimiters.clone(),
                |choices| Delimiter::ALL.iter().position(|one| *one == choices.delimiter),
                |choices, at| choices.delimiter = Delimiter::ALL.get(at).copied().unwrap_or_default())}
            {pick(it, "recognised-quote", "Cells are quoted with", vec!["Double quotes  \"", "Single quotes  '", "Nothing: quotes are letters"],
                move |choices| quotes.iter().position(|one| *one == choices.quote),
                move |choices, at| choices.quote = quotes.get(at).copied().unwrap_or_default())}
            {pick(it, "recognised-escape", "A quote inside quotes is", vec!["Written twice", "After a backslash"],
                |choices| Some(usize::from(choices.escape == Escape::Backslash)),
                |choices, at| choices.escape = if at == 1 { Escape::Backslash } else { Escape::Doubled })}
            {pick(it, "recognised-spaced", "After a separator", vec!["The cell begins", "A space stands, which is none of the cell"],
                |choices| Some(usize::from(choices.spaced)), |choices, at| choices.spaced = at == 1)}
            {pick(it, "recognised-header", "The first row read", vec!["Holds the headers", "Is a product: there are no headers"],
                |choices| Some(usize::from(!choices.has_header)), |choices, at| choices.has_header = at == 0)}
            {pick(it, "recognised-end", "What stands below the table", vec!["Is set aside: a footer, another table", "Is read: they are rows like the others"],
                |choices| Some(usize::from(choices.to_the_end)), |choices, at| choices.to_the_end = at == 1)}
            {skip_field(it)}
        }
    };
    view! {
        <div class="choices">
            {pick(it, "recognised-format", "The file is", vec!["Rows of cells (CSV)", "JSON"],
                |choices| Some(usize::from(choices.format == Format::Json)),
                |choices, at| choices.format = if at == 1 { Format::Json } else { Format::Cells })}
            {pick(it, "recognised-encoding", "Its letters are", encodings,
                |choices| Encoding::ALL.iter().position(|one| *one == choices.encoding),
                |choices, at| choices.encoding = Encoding::ALL.get(at).copied().unwrap_or_default())}
            {live(move || (!is_json.get()).then(&cells))}
        </div>
    }
    .into_any()
}

/// One choice of a few.
fn pick(
    it: Looking,
    id: &'static str,
    label: &'static str,
    options: Vec<&'static str>,
    now: impl Fn(&Choices) -> Option<usize> + Send + Sync + 'static,
    set: impl Fn(&mut Choices, usize) + 'static,
) -> AnyView {
    picked(it, id, label, &options, Box::new(now), Box::new(set))
}

type Read = Box<dyn Fn(&Choices) -> Option<usize> + Send + Sync>;
type Write = Box<dyn Fn(&mut Choices, usize)>;

fn picked(it: Looking, id: &'static str, label: &'static str, options: &[&'static str], now: Read, set: Write) -> AnyView {
    let change = move |event| {
        let at: usize = event_target_value(&event).parse().unwrap_or(0);
        it.try_out(|choices| set(choices, at));
    };
    let options = options.iter().enumerate().map(|(at, label)| view! { <option value=at.to_string()>{*label}</option> });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id prop:value=move || it.wanted.with(|choices| now(choices).unwrap_or(0).to_string()) on:change=change>{options}</select>
        </div>
    }
    .into_any()
}

fn skip_field(it: Looking) -> AnyView {
    let change = move |event| {
        let lines: u32 = event_target_value(&event).trim().parse().unwrap_or(0);
        it.try_out(|choices| choices.skip = lines.min(100_000));
    };
    view! {
        <div class="field">
            <label for="recognised-skip">"Lines above that are not read"</label>
            <input id="recognised-skip" type="number" min="0" max="100000" step="1" inputmode="numeric"
                prop:value=move || it.wanted.get().skip.to_string() on:change=change />
        </div>
    }
    .into_any()
}

/// The first rows, and what is made of each.
fn preview(view: &RecognitionView) -> AnyView {
    if view.choices.format == Format::Json {
        return view! { <p class="quiet">"JSON is read field by field; there is no preview of rows."</p> }.into_any();
    }
    let width = view.preview.iter().map(|row| row.cells.len()).max().unwrap_or(1).clamp(1, 60);
    let rows = view.preview.iter().map(|row| preview_row(row, width)).collect_view();
    view! {
        <div class="table-scroll preview-scroll" role="region" aria-label="The first rows" tabindex="0">
            <table class="table preview-table">
                <thead><tr><th scope="col">"Line"</th><th scope="col">"Taken for"</th><th scope="col" colspan=width>"Cells"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn preview_row(row: &PreviewRow, width: usize) -> AnyView {
    let (class, words) = match row.kind {
        PreviewKind::Skipped => ("preview-skipped", "Not read"),
        PreviewKind::Header => ("preview-header", "Headers"),
        PreviewKind::Row => ("", "A row"),
        PreviewKind::OddRow => ("preview-odd", "A row with another number of cells"),
        PreviewKind::Damaged => ("preview-bad", "Damaged"),
    };
    let last = row.cells.len().min(width);
    let cells = row.cells.iter().take(width).enumerate().map(|(at, cell)| {
        // The last cell takes the room of those that are not there.
        let span = if at + 1 == last { width + 1 - last } else { 1 };
        let title = (cell.chars().count() > 30).then(|| cell.clone());
        view! { <td colspan=span title=title><span class="preview-cell">{cell.clone()}</span></td> }
    });
    let cells = cells.collect_view();
    view! { <tr class=class><th scope="row">{number(row.line)}</th><td class="preview-kind">{words}</td>{cells}</tr> }.into_any()
}

/// What stands beside the table.
fn parts(parts: &[PartView]) -> AnyView {
    if parts.is_empty() {
        return ().into_any();
    }
    let items = parts.iter().map(|part| view! { <li>{part_words(part)}" "<code class="value">{part.text.clone()}</code></li> });
    let items = items.collect_view();
    view! { <h3>"What stands beside the table, and is not read"</h3><ul class="rules parts">{items}</ul> }.into_any()
}

fn part_words(part: &PartView) -> String {
    let what = match part.kind {
        PartKind::Preamble => "above it, a title perhaps:",
        PartKind::HeaderAgain => "the headers once more:",
        PartKind::Footer => "below it, a footer perhaps:",
        PartKind::SecondTable => "another table:",
    };
    let lines = match part.lines {
        0 | 1 => format!("Line {}", number(part.line)),
        many => format!("{} lines from line {} on", number(many), number(part.line)),
    };
    format!("{lines}, {what}")
}

/// Before changes are lost.
fn lost_dialog(it: Looking) -> AnyView {
    let heading = Signal::derive(move || format!("Lose {}?", super::keeper::changes_words(it.edits.get())));
    let body = view! {
        <p>"Read in another way, the file may have other rows, so that what was changed in it cannot be kept."</p>
        <div class="actions actions-end">
            <button type="button" class="button" on:click=move |_| it.asking.set(false)>"Keep the changes"</button>
            <button type="button" class="button button-danger" on:click=move |_| it.read(it.asked.get_untracked())>"Read it again"</button>
        </div>
    };
    dialog("lose", heading, it.asking, body.into_any())
}

/// The panel folded, as it stands under a checked file: it is asked about when it is unfolded.
pub(super) fn folded(it: Looking, is_open: bool) -> AnyView {
    let open = RwSignal::new(is_open);
    let is_loaded = StoredValue::new(false);
    follow(move || {
        if open.get() && !is_loaded.get_value() {
            is_loaded.set_value(true);
            it.load();
        }
    });
    view! {
        <details class="fold" open=is_open on:toggle=move |event| open.set(page::is_unfolded(&event))>
            <summary>"Look at it, or choose otherwise"</summary>
            {live(move || open.get().then(|| view! { <div class="recognition">{recognition_panel(it)}</div> }))}
        </details>
    }
    .into_any()
}

/// How a file is written, in a line.
pub(super) fn in_words(choices: &Choices) -> String {
    if choices.format == Format::Json {
        return format!("JSON, {}", choices.encoding.name());
    }
    let skipped = if choices.skip > 0 { format!(", {} lines above not read", number(choices.skip)) } else { String::new() };
    let header = if choices.has_header { "" } else { ", no headers" };
    let below = if choices.to_the_end { ", nothing below set aside" } else { "" };
    format!("{}, {}{header}{skipped}{below}", choices.encoding.name(), choices.delimiter.name())
}
