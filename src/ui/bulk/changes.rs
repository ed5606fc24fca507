//! The products that will change, each field old → new. All values are text, HTML too.

use crate::domain::ColumnId;
use crate::engine::protocol::{ChangeView, Changes, FieldView, ValueView};
use crate::ui::components::differences::{is_long, long_texts};
use crate::ui::components::icon::Icon;
use crate::ui::components::window::{RowHeight, rows};
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
                Ok((Some(window.total), rows(window.products, product)))
            })
        }),
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
