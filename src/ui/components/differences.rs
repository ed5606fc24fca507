//! Old and new of a long text, with what differs marked. Texts are shown as what they are, HTML too.

use leptos::prelude::*;

/// Whether two texts are better shown one below the other.
pub(crate) fn is_long(text: &str) -> bool {
    text.chars().nth(60).is_some() || text.contains('\n')
}

/// Characters of common text that are shown around a difference.
const AROUND: usize = 40;

/// Two long texts, one below the other, with what differs marked; the common beginning and end folded away.
pub(crate) fn long_texts(old: &str, new: &str) -> AnyView {
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
