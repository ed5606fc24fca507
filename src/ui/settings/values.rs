//! One setting's value as a person reads it, and old → new.

use super::labels::name_of;
use crate::browser::page;
use crate::domain::settings::{SettingChange, SettingPath, SettingValue};
use crate::ui::components::differences::{is_long, long_texts};
use crate::ui::components::icon::Icon;
use leptos::prelude::*;

/// A value. HTML is shown as what it is: text.
pub(super) fn shown(path: &SettingPath, value: Option<&SettingValue>) -> AnyView {
    match value {
        None => view! { <span class="quiet">"not there"</span> }.into_any(),
        Some(SettingValue::Flag(on)) => (if *on { "on" } else { "off" }).into_any(),
        Some(SettingValue::Number(number)) => number.to_string().into_any(),
        Some(SettingValue::Text(text)) if text.is_empty() => view! { <span class="quiet">"empty"</span> }.into_any(),
        Some(SettingValue::List(items)) if items.is_empty() => view! { <span class="quiet">"empty"</span> }.into_any(),
        Some(SettingValue::Text(text)) if path.is_colour() => view! {
            <span class="swatch swatch-small" aria-hidden="true" style:background-color=text.clone()></span>
            <code>{text.clone()}</code>
        }
        .into_any(),
        Some(SettingValue::Text(text)) if is_moment(path) => page::local_time(text).into_any(),
        Some(SettingValue::Text(text)) => text.clone().into_any(),
        Some(SettingValue::List(items)) => items.join(", ").into_any(),
        Some(SettingValue::Opaque(json)) => view! { <pre class="json">{json.indented()}</pre> }.into_any(),
    }
}

fn is_moment(path: &SettingPath) -> bool {
    path.parts().last().is_some_and(|key| key.ends_with("At"))
}

/// Old → new, in words as well as colour.
pub(super) fn old_and_new(change: &SettingChange) -> AnyView {
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    if let (Some(SettingValue::Text(old)), Some(SettingValue::Text(new))) = (old, new)
        && (is_long(old) || is_long(new))
    {
        return long_texts(old, new);
    }
    if let (Some(SettingValue::List(old)), Some(SettingValue::List(new))) = (old, new) {
        return entries(old, new);
    }
    view! {
        <span class="unseen">"was "</span>
        <del class="old">{shown(&change.path, old)}</del>
        <span class="to">{Icon::Arrow.view()}</span>
        <span class="unseen">" will be "</span>
        <ins class="new">{shown(&change.path, new)}</ins>
    }
    .into_any()
}

/// What was taken from a list, and what was put in.
fn entries(old: &[String], new: &[String]) -> AnyView {
    let each =
        |from: &[String], other: &[String]| from.iter().filter(|item| !other.contains(item)).cloned().collect::<Vec<String>>();
    let (gone, added) = (each(old, new), each(new, old));
    let is_order = gone.is_empty() && added.is_empty();
    let gone = gone
        .into_iter()
        .map(|item| view! { <li><span class="unseen">"removed "</span><del class="old">{item}</del></li> })
        .collect_view();
    let added = added
        .into_iter()
        .map(|item| view! { <li><span class="unseen">"added "</span><ins class="new">{item}</ins></li> })
        .collect_view();
    view! {
        <ul class="items" role="list">{gone}{added}</ul>
        {is_order.then_some("Another order, or an entry more or less often.")}
    }
    .into_any()
}

/// A list of changes.
pub(super) fn change_list(changes: &[SettingChange]) -> AnyView {
    let rows = changes
        .iter()
        .map(|change| {
            view! {
                <div class="field-change">
                    <dt>{name_of(&change.path)}</dt>
                    <dd>{old_and_new(change)}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="fields change-list">{rows}</dl> }.into_any()
}
