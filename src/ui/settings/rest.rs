//! What can only be looked at: translations, dates, and whatever the store returned that nobody documents.

use super::editor::Editor;
use super::labels::{label_of, name_of};
use super::values::shown;
use crate::domain::settings::{FIELDS, SettingPath, SettingValue};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use leptos::prelude::*;

/// The card, where there is anything to show.
pub(super) fn rest(editor: Editor) -> AnyView {
    let others = Memo::new(move |_| {
        editor.values.with(|values| {
            values
                .iter()
                .filter(|(path, _)| !has_field(path))
                .map(|(path, value)| (path.clone(), value.clone()))
                .collect::<Vec<_>>()
        })
    });
    let withheld = Memo::new(move |_| editor.wanted.with(|wanted| wanted.withheld.clone()));
    live(move || {
        let (others, withheld) = (others.get(), withheld.get());
        if others.is_empty() && withheld.is_empty() {
            return None;
        }
        let entries = others.iter().map(|(path, value)| entry(path, value)).collect_view();
        let secrets = withheld.iter().map(secret).collect_view();
        Some(view! {
            <section class="card settings-group" aria-labelledby="section-rest">
                <h2 id="section-rest">"Also returned by the store"</h2>
                <p class="hint">
                    "Shown as it came. It cannot be changed here; where it stands within something that you do change, it goes along as it is."
                </p>
                <dl class="facts facts-wide">{entries}{secrets}</dl>
            </section>
        })
    })
}

/// Whether the form has a field for it.
fn has_field(path: &SettingPath) -> bool {
    path.is_colour() || FIELDS.contains(&path.to_string().as_str())
}

fn entry(path: &SettingPath, value: &SettingValue) -> AnyView {
    let name = match label_of(&path.to_string()) {
        Some(label) => view! { <span title=path.to_string()>{label}</span> }.into_any(),
        None => view! { <code>{path.to_string()}</code> }.into_any(),
    };
    view! { <div><dt>{name}</dt><dd>{shown(path, Some(value))}</dd></div> }.into_any()
}

fn secret(path: &SettingPath) -> AnyView {
    view! {
        <div>
            <dt><span title=path.to_string()>{name_of(path)}</span></dt>
            <dd>
                <span aria-hidden="true">"••••••••"</span>
                <p class="hint">{Icon::Info.view()}" A secret. It was dropped when the answer was read: this page neither shows nor sends it."</p>
            </dd>
        </div>
    }
    .into_any()
}
