//! Questions that take the run to another screen while they are answered: what kept them from it is told on the screen that
//! comes back, which is not the one that asked.

use super::limits;
use crate::engine::protocol::{Compare, UseLimits};
use crate::ui::components::live::follow;
use crate::ui::components::pending::Pending;
use crate::ui::state::{Screen, Shop};
use leptos::prelude::*;

/// They live as long as the page. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Crossing {
    shop: Shop,
    /// Reads the live products, to compare.
    pub(super) comparing: Pending,
    /// Sends; before that the products may be read once more.
    pub(super) sending: Pending,
}

impl Crossing {
    /// Nothing asked yet. What was told is over once the run is past it, or somewhere else.
    pub(super) fn new(shop: Shop, screen: Memo<Screen>) -> Self {
        let it = Self { shop, comparing: Pending::new(), sending: Pending::new() };
        follow(move || {
            let (compares, sends) = match screen.get() {
                Screen::Comparing => (true, true),
                Screen::Checked => (true, false),
                Screen::Reviewing => (false, true),
                _ => (false, false),
            };
            for (pending, is_wanted) in [(it.comparing, compares), (it.sending, sends)] {
                if !is_wanted {
                    pending.drop_late();
                }
            }
        });
        it
    }

    /// Compares, with the limits that this browser remembers.
    pub(super) fn compare(self) {
        let shop = self.shop;
        let answer = async move {
            let _ = shop.ask(UseLimits { limits: limits::remembered() }).await;
            shop.try_ask(Compare {}).await
        };
        self.comparing.run(answer, |()| ());
    }

    /// A person goes back: whoever asked does not want to hear that it was left.
    pub(super) fn leave(self) {
        self.comparing.drop_late();
        self.sending.drop_late();
    }
}

/// Those of the page.
pub(super) fn use_crossing() -> Crossing {
    expect_context()
}
