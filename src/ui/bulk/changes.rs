//! The products that will change, each field old → new. All values are text, HTML too.

use crate::domain::ColumnId;
use crate::engine::protocol::{ChangeView, Changes, FieldView, ValueView};
use crate::ui::components::icon::Icon;
use crate::ui::components::window::RowHeight;
use crate::ui::components::window_list::{Long, window_list};
use crate::ui::state::{Shop, gone};
use crate::ui::words::{self, number};
use leptos::prelude::*;
use std::sync::Arc;

/// The list, all of it or one column's.
pub(super) fn change_list(shop: Shop, column: Option<ColumnId>, (all, by_column): &(u32, Vec<(ColumnId, u32)>)) -> AnyView {
    let total = column.map_or(*all, |column| by_column.iter().find(|(known, _)| *known == column).map_or(0, |(_, count)| *count));
    window_list(Long {
        label: "Products that will change".into(),
        class: "changes",
        width: None,
        across: None,
        total,
        height: RowHeight::About(120.0),
        patience: 0,
        fetch: Arc::new(move |from, count| {
            Box::pin(async move {
                let window = shop.ask(Changes { column, from, count }).await.map_err(|_| gone())?;
                Ok((Some(window.total), window.products))
            })
        }),
        draw: Arc::new(|_, change: &ChangeView| product(change)),
        empty: "No product changes in this column.",
    })
}

fn product(change: &ChangeView) -> AnyView {
    let name = change.name.clone().unwrap_or_else(|| "(no name)".into());
    let fields = change.fields.iter().map(field).collect_view();
    let notes =
        change.notes.iter().map(|note| view! { <p class="change-note">{Icon::Info.view()}{note.clone()}</p> }).collect_view();
    view! {
        <article class="change">
            <header class="change-head">
                <h3>{name}</h3>
                <p><code class="id">{change.id.to_string()}</code>" · line "{number(change.line)}</p>
            </header>
            <dl class="fields">{fields}</dl>
            {notes}
        </article>
    }
    .into_any()
}

fn field(field: &FieldView) -> AnyView {
    let entry = field.entry.map(|entry| view! { <small>{format!(" entry {entry}")}</small> });
    view! {
        <div class="field-change">
            <dt>{field.column.header()}{entry}</dt>
            <dd>{old_and_new(&field.old, &field.new)}</dd>
        </div>
    }
    .into_any()
}

fn old_and_new(old: &ValueView, new: &ValueView) -> AnyView {
    if let ValueView::Codes(count, words) = new {
        let more = (!words.is_empty()).then(|| format!(", {words}"));
        return view! { <span class="new">{format!("+{}", words::count(*count, "code", "codes"))}{more}</span> }.into_any();
    }
    if let (ValueView::Text(old), ValueView::Text(new)) = (old, new)
        && (is_long(old) || is_long(new))
    {
        return long_texts(old, new);
    }
    view! {
        <span class="unseen">"was "</span>
        {value(old, "old")}
        <span class="to">{Icon::Arrow.view()}</span>
        <span class="unseen">" will be "</span>
        {value(new, "new")}
    }
    .into_any()
}

fn value(value: &ValueView, class: &'static str) -> AnyView {
    match value {
        ValueView::NotShown => view! { <span class="quiet">"not shown by the store"</span> }.into_any(),
        ValueView::Nothing => view! { <span class="quiet">"nothing"</span> }.into_any(),
        ValueView::Text(text) if text.is_empty() => view! { <span class="quiet">"empty"</span> }.into_any(),
        ValueView::Text(text) if class == "old" => view! { <del class="old">{text.clone()}</del> }.into_any(),
        ValueView::Text(text) => view! { <ins class="new">{text.clone()}</ins> }.into_any(),
        ValueView::Codes(count, words) => format!("{} {words}", words::count(*count, "code", "codes")).into_any(),
    }
}

fn is_long(text: &str) -> bool {
    text.chars().nth(60).is_some() || text.contains('\n')
}

/// Characters of common text that are shown around a difference.
const AROUND: usize = 40;

/// Two long texts, one below the other, with what differs marked; the common beginning and end folded away.
fn long_texts(old: &str, new: &str) -> AnyView {
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let folds = start > AROUND + 20 || end > AROUND + 20 || old.len().max(new.len()) - start - end > 400;
    let is_open = RwSignal::new(false);
    let draw = move |text: &[char], is_old: bool, is_open: bool| {
        let piece = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().iter().collect::<String>();
        let (from, to) = (start, text.len() - end);
        let mut middle = piece(from..to);
        let (mut before, mut after) = (piece(0..from), piece(to..text.len()));
        if !is_open {
            if from > AROUND + 20 {
                before = format!("…{}", piece(from - AROUND..from));
            }
            if end > AROUND + 20 {
                after = format!("{}…", piece(to..to + AROUND));
            }
            if to - from > 400 {
                middle = format!("{}…", piece(from..from + 380));
            }
        }
        if is_old {
            view! { <span class="unseen">"was "</span>{before}<del>{middle}</del>{after} }.into_any()
        } else {
            view! { <span class="unseen">"will be "</span>{before}<ins>{middle}</ins>{after} }.into_any()
        }
    };
    view! {
        <div class="texts">
            {move || view! {
                <p class="text-old">{draw(&old, true, is_open.get())}</p>
                <p class="text-new">{draw(&new, false, is_open.get())}</p>
            }}
            {folds.then(|| view! {
                <button
                    type="button"
                    class="link"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                >
                    {move || if is_open.get() { "Show less" } else { "Show all" }}
                </button>
            })}
        </div>
    }
    .into_any()
}
