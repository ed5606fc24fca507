//! Which column of the file is which: every column with cells beside it, what it counts as, and how that came.

use super::remembered;
use crate::browser::page;
use crate::domain::{COLUMNS, ColumnId};
use crate::engine::protocol::{HeaderChoice, MapColumns, Mapped, MappingOf, MappingView, Match};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::state::Shop;
use crate::ui::words::{self, number};
use leptos::prelude::*;

/// The mapping as it is, and as it would be. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Mapping {
    shop: Shop,
    made: RwSignal<Option<MappingView>>,
    /// As it would be, under what was said since.
    pub(super) tried: RwSignal<Option<MappingView>>,
    mapping: Pending,
    looking: Pending,
    /// How many sets of headers are remembered.
    remembered: RwSignal<usize>,
}

/// A column that only looks like one of the 40: its position, the file's header, what it may be, and some of its cells.
pub(super) type Guessed = (usize, String, ColumnId, Vec<String>);

impl Mapping {
    /// Nothing is known yet; [`Mapping::load`] or [`Mapping::take`] comes next.
    pub(super) fn new(shop: Shop) -> Self {
        Self {
            shop,
            made: RwSignal::new(None),
            tried: RwSignal::new(None),
            mapping: Pending::new(),
            looking: Pending::new(),
            remembered: RwSignal::new(remembered::all().len()),
        }
    }

    /// Asks how the columns are mapped.
    pub(super) fn load(self) {
        self.looking.run(self.shop.try_ask(MappingOf { headers: None }), move |view| self.take(view));
    }

    /// The columns are mapped so.
    pub(super) fn take(self, view: MappingView) {
        self.tried.set(Some(view.clone()));
        self.made.set(Some(view));
    }

    /// Says of the column at a position what it is, and looks what comes of it.
    pub(super) fn say(self, position: usize, column: Option<ColumnId>) {
        let Some(mut said) = self.tried.with_untracked(|view| view.as_ref().map(|view| view.choices.clone())) else { return };
        let name = self.tried.with_untracked(|view| view.as_ref()?.columns.get(position).map(|mapped| mapped.name.clone()));
        let Some(name) = name else { return };
        said.retain(|choice| choice.header != name);
        said.push(HeaderChoice { header: name, column });
        self.look(said);
    }

    fn look(self, said: Vec<HeaderChoice>) {
        let answer = self.shop.try_ask(MappingOf { headers: Some(said) });
        self.looking.run_newest(answer, move |view| drop(self.tried.try_set(Some(view))));
    }

    /// How many columns would count as another than they do.
    fn changed(self) -> usize {
        self.tried.with(|tried| {
            self.made.with(|made| match (tried, made) {
                (Some(tried), Some(made)) => {
                    let differs = |(one, other): &(&Mapped, &Mapped)| one.column != other.column || one.by != other.by;
                    tried.columns.iter().zip(&made.columns).filter(differs).count()
                }
                _ => 0,
            })
        })
    }

    /// Why it cannot be used as it would be.
    fn hindrance(self) -> Option<String> {
        self.tried.with(|tried| {
            let tried = tried.as_ref()?;
            if !tried.clashes.is_empty() {
                return Some("Two columns cannot count as the same: settle that first.".to_owned());
            }
            (!tried.has_id).then(|| "No column counts as Product ID: say which it is.".to_owned())
        })
    }

    /// Maps the columns so, and remembers it.
    pub(super) fn apply(self) {
        let Some(view) = self.tried.get_untracked() else { return };
        self.mapping.run(self.shop.try_ask(MapColumns { headers: view.choices.clone() }), move |()| {
            remembered::remember(&view);
            let _ = self.remembered.try_set(remembered::all().len());
            let _ = self.made.try_set(Some(view));
        });
    }

    /// Back to how they are mapped.
    fn back(self) {
        self.looking.drop_late();
        self.tried.set(self.made.get_untracked());
    }

    /// The columns that only look like one of the 40, and nobody has said anything of.
    pub(super) fn guessed(self) -> Vec<Guessed> {
        let of = |view: &MappingView| {
            let guess = |(position, mapped): (usize, &Mapped)| match &mapped.by {
                Match::Guess(guesses) => {
                    let (column, _) = guesses.first()?;
                    Some((position, mapped.header.clone(), *column, mapped.samples.clone()))
                }
                _ => None,
            };
            view.columns.iter().enumerate().filter_map(guess).collect()
        };
        self.made.with(|view| view.as_ref().map(of).unwrap_or_default())
    }
}

/// The panel.
pub(super) fn mapping_panel(it: Mapping) -> AnyView {
    let table = live(move || {
        it.made.with(|made| made.as_ref().map(|made| made.columns.len())).map(|columns| {
            let rows = (0..columns).map(|position| row(it, position)).collect_view();
            view! {
                <div class="table-scroll" role="region" aria-label="Columns of the file" tabindex="0">
                    <table class="table mapping">
                        <thead><tr>
                            <th scope="col">"In the file"</th>
                            <th scope="col">"Some of its cells"</th>
                            <th scope="col">"Counts as"</th>
                            <th scope="col">"Because"</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
        })
    });
    view! {
        {clashes(it)}
        {apply_bar(it)}
        {it.looking.note()}
        {table}
        {remembering(it)}
    }
    .into_any()
}

/// Two columns for one, and a missing id.
pub(super) fn clashes(it: Mapping) -> AnyView {
    live(move || {
        it.tried.with(|tried| {
            let tried = tried.as_ref()?;
            let notes: Vec<_> = tried.clashes.iter().map(|clash| {
                let (column, positions) = (clash.column, clash.positions.clone());
                let buttons = positions.iter().map(|&position| {
                    let header = tried.columns.get(usize::from(position)).map(|mapped| mapped.header.clone()).unwrap_or_default();
                    let words = format!("Column {}, “{}”", u32::from(position) + 1, shown(&header));
                    let (others, label) = (positions.clone(), format!("{words}, counts as {}", column.header()));
                    // All others are ignored, and this one says what it is: one press settles the clash.
                    let press = move |_| it.only(position, &others, column);
                    view! { <button type="button" class="button" aria-label=label on:click=press>{words}</button> }
                });
                let buttons = buttons.collect_view();
                view! {
                    <div class="note note-bad">
                        {Icon::Cross.view()}
                        <div>
                            <p class="note-what">{clash.words.clone()}</p>
                            <p>{format!("Which of them is {}? What is not chosen is ignored.", column.header())}</p>
                            <div class="actions">{buttons}</div>
                        </div>
                    </div>
                }
            }).collect();
            let no_id = (!tried.has_id).then(|| view! {
                <div class="note note-bad">
                    {Icon::Cross.view()}
                    <div>
                        <p class="note-what">"No column counts as Product ID."</p>
                        <p>"Nothing can be checked without it. Choose it for the column that holds the ids: 24 letters a to f and digits."</p>
                    </div>
                </div>
            });
            Some(view! { <div class="stack" role="status">{notes}{no_id}</div> })
        })
    })
}

impl Mapping {
    /// Of the columns at these positions only one counts as what all mean.
    fn only(self, position: u16, all: &[u16], column: ColumnId) {
        let said = self.tried.with_untracked(|view| {
            let view = view.as_ref()?;
            let name = |at: u16| view.columns.get(usize::from(at)).map(|mapped| mapped.name.clone());
            let mut said = view.choices.clone();
            for at in all {
                let name = name(*at)?;
                said.retain(|choice| choice.header != name);
                said.push(HeaderChoice { header: name, column: (*at == position).then_some(column) });
            }
            Some(said)
        });
        if let Some(said) = said {
            self.look(said);
            page::focus("#use-mapping");
        }
    }
}

/// What was said and does not count yet.
fn apply_bar(it: Mapping) -> AnyView {
    let changed = Memo::new(move |_| it.changed());
    let hindrance = Memo::new(move |_| it.hindrance());
    let words = move || match (changed.get(), hindrance.get()) {
        (0, _) => "Every column counts as it is shown here.".to_owned(),
        (_, Some(hindrance)) => hindrance,
        (count, None) => {
            format!("{} would count as another. Edits stay.", words::count(count as i128, "column", "columns"))
        }
    };
    let press = move |_| {
        if changed.get_untracked() > 0 && hindrance.get_untracked().is_none() {
            it.apply();
        }
    };
    view! {
        <div class="mapping-bar" class:mapping-open=move || changed.get() != 0>
            <p role="status">{words}</p>
            <div class="actions">
                <button type="button" class="button" hidden=move || changed.get() == 0 on:click=move |_| it.back()>"Back"</button>
                <button
                    type="button"
                    id="use-mapping"
                    class="button button-main"
                    aria-disabled=move || (changed.get() == 0 || hindrance.get().is_some() || it.mapping.busy.get()).then_some("true")
                    on:click=press
                >
                    "Use these columns"
                </button>
            </div>
        </div>
        {it.mapping.note()}
    }
    .into_any()
}

fn row(it: Mapping, position: usize) -> AnyView {
    let mapped = Memo::new(move |before: Option<&Option<Mapped>>| {
        let now = it.tried.with(|view| view.as_ref().and_then(|view| view.columns.get(position).cloned()));
        now.or_else(|| before.cloned().flatten())
    });
    let Some(first) = mapped.get_untracked() else { return ().into_any() };
    let samples = first.samples.iter().map(|cell| view! { <code class="value">{cell.clone()}</code> }).collect_view();
    let name = shown(&first.header);
    let label = format!("Column {}, {name}, counts as", position + 1);
    let now = move || match mapped.with(|mapped| mapped.as_ref().and_then(|mapped| mapped.column)) {
        Some(column) => column.header(),
        None => "",
    };
    let change = move |event| {
        let value = event_target_value(&event);
        it.say(position, COLUMNS.iter().find(|column| column.header == value).map(|column| column.id));
    };
    let options = COLUMNS.iter().map(|column| view! { <option value=column.header>{column.header}</option> }).collect_view();
    let is_out = move || mapped.with(|mapped| mapped.as_ref().is_none_or(|mapped| mapped.column.is_none()));
    view! {
        <tr class:ignored=is_out>
            <th scope="row"><span class="quiet">{number((position + 1) as i128)}". "</span>{name}</th>
            <td class="mapping-samples">{samples}</td>
            <td>
                <select aria-label=label prop:value=now on:change=change>
                    <option value="">"Nothing: ignore it"</option>
                    {options}
                </select>
            </td>
            <td class="mapping-why">{live(move || mapped.get().map(|mapped| because(it, position, &mapped)))}</td>
        </tr>
    }
    .into_any()
}

/// How a column came to what it counts as; a guess with its two buttons.
fn because(it: Mapping, position: usize, mapped: &Mapped) -> AnyView {
    let words = match &mapped.by {
        Match::Exact => "Its documented name".to_owned(),
        Match::Blind => "Its documented name, written differently".to_owned(),
        Match::Alias => "Another name for it".to_owned(),
        Match::Chosen => "You said so".to_owned(),
        Match::Ignored => "You said to ignore it".to_owned(),
        Match::Unknown => "Not known: ignored".to_owned(),
        Match::ReadOnly(what) => format!("Only for reading ({what}): ignored"),
        Match::Guess(guesses) => {
            let Some((column, _)) = guesses.first().copied() else { return ().into_any() };
            return guess_buttons(it, position, &mapped.header, column);
        }
    };
    view! { <span class="quiet">{words}</span> }.into_any()
}

/// `Is it “Price”? Yes / No`.
pub(super) fn guess_buttons(it: Mapping, position: usize, header: &str, column: ColumnId) -> AnyView {
    let (yes, no) =
        (format!("Yes, {} is {}", shown(header), column.header()), format!("No, {} is not {}", shown(header), column.header()));
    view! {
        <span class="guess">
            <span>"Looks like "<strong>{column.header()}</strong>": is it?"</span>
            <span class="guess-buttons">
                <button type="button" class="button button-small" aria-label=yes on:click=move |_| it.say(position, Some(column))>"Yes"</button>
                <button type="button" class="button button-small" aria-label=no on:click=move |_| it.say(position, None)>"No"</button>
            </span>
        </span>
    }
    .into_any()
}

/// What is remembered, and how to forget it.
fn remembering(it: Mapping) -> AnyView {
    let forget = move |_| {
        remembered::forget();
        it.remembered.set(0);
    };
    view! {
        <p class="hint">
            "What you say of headers is remembered in this browser for the next file with the same ones: names alone, no cells."
            {move || (it.remembered.get() > 0).then(|| view! {
                " "<span>{words::count(it.remembered.get() as i128, "set of headers is", "sets of headers are")}" remembered. "</span>
                <button type="button" class="link" on:click=forget>"Forget them"</button>
            })}
        </p>
    }
    .into_any()
}

/// A header, also where it is blank.
pub(super) fn shown(header: &str) -> String {
    if header.trim().is_empty() { "(no name)".into() } else { header.trim().to_owned() }
}
