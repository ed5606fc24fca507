//! Going to a cell: by a key, to a problem, to what was changed.

use super::{At, Grid, Spot, head};
use crate::engine::protocol::{CellOf, FindProblem, GridView, IssueView, Only, WantedIssues};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Milliseconds the focus rests on a cell before the whole of it is asked for: who holds an arrow key down asks nothing.
const REST: u32 = 60;

impl Grid {
    /// Selects, and brings it into sight. The focus stays where it is.
    pub(super) fn settle(self, at: At) {
        if self.at.get_untracked() != at {
            self.at.set(at);
        }
        self.scroll_to(at.head);
        self.paint();
        self.look();
    }

    /// Selects, and moves the focus there.
    pub(super) fn go(self, at: At) {
        self.settle(at);
        self.focus();
    }

    /// Moves the focus to the cell that has it in the grid.
    pub(super) fn focus(self) {
        let spot = self.at.get_untracked().head;
        match u32::try_from(spot.row) {
            Ok(row) => drop(self.board.try_with_value(|board| {
                if let Some(board) = board {
                    board.focus(row, spot.column);
                }
            })),
            Err(_) => head::focus(spot.column),
        }
    }

    /// Goes to a row and a column of the file, once the row is here.
    pub(super) async fn go_to(self, index: u32, position: Option<u16>) {
        let _ = self.fetched(index).await;
        let column = position.map_or(0, |position| position + 1);
        self.go(At::one(Spot { row: i64::from(index), column }));
    }

    /// Asks for the whole of the cell with the focus, once that rests.
    pub(super) fn look(self) {
        let Some(at) = self.at.try_get_untracked() else { return };
        let is_here = |opened: &Option<(u32, u16, _)>| {
            opened.as_ref().map(|(place, position, _)| (*place, position + 1))
                == self.place_at(at.head).map(|place| (place, at.head.column))
        };
        if self.opened.with_untracked(is_here) {
            return;
        }
        self.opened.set(None);
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(REST).await;
            let (Some(now), Some(position)) = (self.at.try_get_untracked(), at.head.column.checked_sub(1)) else { return };
            if now.head != at.head {
                return;
            }
            let Ok(index) = u32::try_from(at.head.row) else { return };
            let Some(place) = self.fetched(index).await.map(|row| row.place) else { return };
            let answer = self.shop.ask(CellOf { place, column: position }).await;
            let is_there =
                self.at.try_get_untracked().is_some_and(|now| now.head == at.head) && self.place_at(at.head) == Some(place);
            if let (true, Ok(Some(cell))) = (is_there, answer) {
                let _ = self.opened.try_set(Some((place, position, cell)));
            }
        });
    }

    /// Goes to the next problem, or the one before.
    pub(super) fn to_problem(self, backwards: bool) {
        self.jump(async move {
            let head = self.at.get_untracked().head;
            let from = u32::try_from(head.row).ok().map(|row| (row, head.column.saturating_sub(1)));
            let order = self.order.get_untracked().order;
            let answer = self.shop.ask(FindProblem { order, from, backwards, wanted: self.wanted() }).await;
            match answer {
                Ok(Some(spot)) => {
                    self.go_to(spot.index, spot.column).await;
                    match (spot.wrapped, backwards) {
                        (true, false) => self.say("From the beginning again."),
                        (true, true) => self.say("From the end again."),
                        _ => {}
                    }
                }
                Ok(None) => self.say("No problem is left in these rows."),
                Err(_) => {}
            }
        });
    }

    /// Shows the rows with problems of a rule, and goes to the first.
    pub(in crate::ui::bulk) fn show_problems(self, wanted: WantedIssues) {
        spawn_local(async move {
            self.show(GridView { only: Only::Issues(wanted), ..GridView::default() }).await;
            let order = self.order.get_untracked().order;
            if let Ok(Some(spot)) = self.shop.ask(FindProblem { order, from: None, backwards: false, wanted }).await {
                self.go_to(spot.index, spot.column).await;
            }
        });
    }

    /// Goes to a problem of the list, among the rows with problems of its rule.
    pub(in crate::ui::bulk) fn show_problem(self, issue: &IssueView) {
        let (rule, place, position) = (issue.rule, issue.place, issue.position);
        let wanted = WantedIssues { rule: Some(rule), ..WantedIssues::default() };
        spawn_local(async move {
            self.show(GridView { only: Only::Issues(wanted), ..GridView::default() }).await;
            if let Some(place) = place
                && let Some(index) = self.index_of(place).await
            {
                self.go_to(index, position).await;
            }
        });
    }
}
