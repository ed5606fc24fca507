//! What a person gave (dropped, chosen, pasted, gone on with) becomes a question to the engine.

use super::keeper::unopened_words;
use super::remembered;
use crate::browser::kept_file::{Given, Unopened};
use crate::engine::protocol::{OpenFile, OpenText, ReadAs, Source, Trouble, TroubleKind};
use crate::ui::components::pending::Pending;
use crate::ui::state::Shop;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;

/// Text that may be pasted, in bytes: what a page can hand on without a halt.
const PASTED_MOST: usize = 50_000_000;

/// Opens a file, with the draft of it that was kept, if there is one.
pub(super) fn open(shop: Shop, pending: Pending, given: Given, kept: Option<Vec<u8>>) {
    pending.run(asked(shop, given, kept), |()| ());
}

/// The question, behind one type.
fn asked(shop: Shop, given: Given, kept: Option<Vec<u8>>) -> LocalBoxFuture<'static, Result<(), Trouble>> {
    let read_as = ReadAs { choices: None, remembered: remembered::all(), kept };
    let (name, size, file) = (given.file.name(), given.size(), given.file.clone());
    let source = given.source.clone();
    shop.keeper.hold(given);
    Box::pin(async move {
        if source == Source::File {
            shop.try_ask_with_file(OpenFile { name, size, read_as }, file).await
        } else {
            // Its text goes beside the question: a large one would halt the page.
            shop.try_ask_with_file(OpenText { name, source, text: String::new(), read_as }, file).await
        }
    })
}

/// Reads pasted cells.
pub(super) fn open_pasted(shop: Shop, pending: Pending, text: &str) {
    let given = if text.len() > PASTED_MOST { None } else { Given::text("Pasted cells", Source::Pasted, text) };
    match given {
        Some(given) => open(shop, pending, given, None),
        None => pending.trouble.set(Some(Trouble {
            kind: TroubleKind::File,
            what: "That is too much to be pasted.".into(),
            cure: "Save it as a file in the spreadsheet program, and choose that.".into(),
            said: None,
        })),
    }
}

/// Goes on with the file that is kept. Where it cannot be read, `choose_again` is told so.
pub(super) fn go_on(shop: Shop, pending: Pending, choose_again: impl Fn(Unopened) + 'static) {
    let Some(kept) = shop.keeper.found() else { return };
    let draft = kept.draft.clone();
    pending.run(
        async move {
            match kept.open().await {
                Ok(given) => asked(shop, given, draft).await.map(|()| None),
                Err(why) => Ok(Some(why)),
            }
        },
        move |why| {
            if let Some(why) = why {
                choose_again(why);
            }
        },
    );
}

/// As a trouble: why a kept file has to be chosen again.
pub(super) fn unopened(why: Unopened) -> Trouble {
    let (what, cure) = unopened_words(why);
    Trouble { kind: TroubleKind::Browser, what: what.into(), cure: cure.into(), said: None }
}
