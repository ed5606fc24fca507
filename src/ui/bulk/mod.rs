//! `/bulk`: the bulk run. Each stage of the engine's run is a screen; the stepper says where we are. Below it the past runs.

mod changes;
mod check;
mod choose;
mod confirm;
mod crossing;
mod grid;
mod guide;
mod keeper;
mod keepsakes;
mod limits;
mod mapping;
mod opening;
mod problems;
mod questions;
mod recognition;
mod remembered;
mod report;
mod review;
mod run;
mod runs;
mod scope;
mod send;
mod sheets;
mod steps;
mod telling;
mod undo;
mod unread;
mod waits;

pub(crate) use keeper::Keeper;
pub(crate) use run::run_page;
pub(crate) use runs::runs_page;
pub(crate) use undo::{TakenBack, forget_taken_back};

use super::state::{Screen, use_shop};
use crossing::Crossing;
use leptos::prelude::*;
use steps::stepper;

/// The page. A screen is made anew when the run comes to another stage, not when numbers move within one.
pub(crate) fn bulk_page() -> AnyView {
    let shop = use_shop();
    let screen = Memo::new(move |_| shop.stage.with(Screen::of));
    provide_context(Crossing::new(shop, screen));
    view! {
        {stepper(screen)}
        {undo::taken_back_note(shop)}
        {move || match screen.get() {
            Screen::Choosing => choose::choose_screen(),
            Screen::Reading => waits::reading_screen(),
            Screen::Unread => unread::unread_screen(),
            Screen::Checked => check::check_screen(),
            Screen::Comparing => waits::comparing_screen(),
            Screen::Reviewing => review::review_screen(),
            Screen::Sending => send::send_screen(),
            Screen::Done => report::report_screen(),
        }}
    }
    .into_any()
}

/// What a stage carries, as long as the run is in it. Between two stages the last known value stays, so that a screen
/// about to go does not fall over.
fn part_of_stage<T, P>(pick: P) -> Memo<Option<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    P: Fn(&crate::engine::protocol::Stage) -> Option<T> + Send + Sync + 'static,
{
    let shop = use_shop();
    Memo::new(move |before: Option<&Option<T>>| shop.stage.with(&pick).or_else(|| before.cloned().flatten()))
}
