//! Changes, each a question to the engine: its answer has the file as it stands then, and the words for what was done.

use super::{At, Grid, Spot};
use crate::browser::clipboard;
use crate::engine::protocol::{Change, Changed, CopyCells, Edit, Redo, Stage, Trouble, TroubleKind, Undo};
use crate::ui::words::count;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Rows that can be left out at once.
const LEAVE_MOST: u32 = 20_000;

impl Grid {
    /// Changes cells.
    pub(super) fn edit(self, change: Change) {
        let moved = self.moved();
        spawn_local(async move {
            self.edited(change, Some(moved)).await;
        });
    }

    /// As [`Grid::edit`]; whether it was done. `moved` tells when the rows were looked at, where it is of such.
    pub(super) async fn edited(self, change: Change, moved: Option<u32>) -> bool {
        let answer = self.shop.try_ask(Edit { change, moved }).await;
        self.take(answer, false).await
    }

    /// Takes the last change back.
    pub(super) fn undo(self) {
        self.jump(async move {
            let answer = self.shop.try_ask(Undo {}).await;
            self.take(answer, true).await;
        });
    }

    /// Does again what was taken back.
    pub(super) fn redo(self) {
        self.jump(async move {
            let answer = self.shop.try_ask(Redo {}).await;
            self.take(answer, true).await;
        });
    }

    async fn take(self, answer: Result<Changed, Trouble>, goes_there: bool) -> bool {
        match answer {
            Ok(changed) => {
                let _ = self.trouble.try_set(None);
                self.say(said(&changed));
                // The file may have been closed while this was on its way.
                if self.shop.stage.with_untracked(|stage| matches!(stage, Stage::Checked(_))) {
                    self.shop.stage.set(Stage::Checked(changed.file));
                }
                if goes_there
                    && let Some((place, position)) = changed.spot
                    && let Some(index) = self.index_of(place).await
                {
                    self.go_to(index, Some(position)).await;
                }
                true
            }
            Err(trouble) => {
                let _ = self.trouble.try_set(Some(trouble));
                self.refresh();
                false
            }
        }
    }

    /// Gives one cell a text, shown at once. `place` is its row's, and `moved` tells when it stood there.
    pub(super) fn write(self, index: u32, (place, moved): (u32, u32), position: u16, text: Option<String>) {
        let is_here = self.moved() == moved && self.row(index).is_some_and(|row| row.place == place);
        if let Some(text) = text.as_ref().filter(|_| is_here) {
            let shown: String = text.chars().take(160).collect();
            self.alter(index, move |row| {
                if let Some(cell) = row.cells.get_mut(usize::from(position)) {
                    *cell = shown;
                }
                row.marks.retain(|mark| mark.cell != Some(position));
            });
        }
        let typed = text.clone();
        spawn_local(async move {
            let is_done = self.edited(Change::Cell { place, column: position, text }, Some(moved)).await;
            if let Some(typed) = typed.filter(|typed| !is_done && !typed.is_empty()) {
                self.give_back(&typed);
            }
        });
    }

    /// Tells a text that was refused with the reason: by then it stands nowhere else.
    pub(super) fn give_back(self, typed: &str) {
        self.trouble.try_update(|trouble| {
            if let Some(trouble) = trouble {
                trouble.cure.push_str(&format!(" The text was: “{typed}”"));
            }
        });
    }

    /// Makes what is selected blank.
    pub(super) fn clear(self) {
        if let Some(block) = self.block() {
            self.edit(Change::Clear(block));
        }
    }

    /// Makes what is selected what the file has.
    pub(super) fn revert(self) {
        if let Some(block) = self.block() {
            self.edit(Change::Revert(block));
        }
    }

    /// Fills what is selected with its first row; a single cell with the one above it, as spreadsheets do.
    pub(super) fn fill_down(self) {
        let Some(mut block) = self.block() else { return };
        if block.rows.0 == block.rows.1 {
            block.rows.0 = block.rows.0.saturating_sub(1);
        }
        self.edit(Change::FillDown(block));
    }

    /// Puts what is selected onto the clipboard; for a cut it becomes blank then.
    pub(super) fn copy(self, cuts: bool) {
        let Some(block) = self.block() else { return };
        spawn_local(async move {
            let text = match self.shop.try_ask(CopyCells { block }).await {
                Ok(text) => text,
                Err(trouble) => return self.trouble.set(Some(trouble)),
            };
            if !clipboard::put(&text).await {
                return self.trouble.set(Some(Trouble {
                    kind: TroubleKind::Browser,
                    what: "The browser did not let the cells be copied.".into(),
                    cure: "Allow this site to use the clipboard, then try again.".into(),
                    said: None,
                }));
            }
            if cuts {
                self.edit(Change::Clear(block));
            } else {
                let rows = block.rows.1 - block.rows.0 + 1;
                let cells = i128::from(rows) * i128::from(block.columns.1 - block.columns.0 + 1);
                self.say(format!("Copied {}.", count(cells, "cell", "cells")));
            }
        });
    }

    /// Pastes a text where somebody is.
    pub(super) fn paste(self, text: String) {
        if let Some(block) = self.block() {
            self.edit(Change::Paste { block, text });
        }
    }

    /// Leaves the selected rows out, or takes them in again where the first of them is out.
    pub(super) fn leave_out(self) {
        let Some(block) = self.block() else { return };
        let (first, last) = block.rows;
        if last - first >= LEAVE_MOST {
            return self.trouble.set(Some(Trouble {
                kind: TroubleKind::NotNow,
                what: format!("{} are selected.", count(last - first + 1, "row", "rows")),
                cure: format!("Select {} or fewer to leave them out.", count(LEAVE_MOST, "row", "rows")),
                said: None,
            }));
        }
        let moved = self.moved();
        spawn_local(async move {
            let Some(rows) = self.rows_of(block.rows).await else { return };
            let out = rows.first().is_some_and(|row| !row.is_left_out);
            let places = rows.iter().map(|row| row.place).collect();
            self.edited(Change::LeaveOut { places, out }, Some(moved)).await;
        });
    }

    /// What puts the cell with the focus right beyond doubt, where there is such a thing.
    pub(super) fn put_right(self) {
        let mended = self.opened.with_untracked(|opened| {
            let (place, position, cell) = opened.as_ref()?;
            Some((*place, *position, cell.issues.iter().find_map(|issue| issue.mended.clone())?))
        });
        let row = u32::try_from(self.at.get_untracked().head.row);
        match (mended, row) {
            (Some((place, position, text)), Ok(row)) => self.write(row, (place, self.moved()), position, Some(text)),
            _ => self.say("Nothing is known that would put this cell right."),
        }
    }

    /// All cells, or with them the whole row or the whole column of the one with the focus.
    pub(super) fn select(self, what: Selected) {
        let (size, head) = (self.size(), self.at.get_untracked().head);
        let at = match what {
            Selected::All => At::all(size),
            Selected::Row => At { anchor: Spot { row: head.row, column: size.columns }, head: Spot { row: head.row, column: 0 } },
            Selected::Column => At {
                anchor: Spot { row: i64::from(size.rows) - 1, column: head.column },
                head: Spot { row: 0, column: head.column },
            },
        };
        self.at.set(at.within(size));
        self.paint();
        self.focus();
    }
}

/// What can be selected at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selected {
    /// Every cell.
    All,
    /// The row.
    Row,
    /// The column.
    Column,
}

fn said(changed: &Changed) -> String {
    let mut words = format!("{}.", changed.words.trim_end_matches('.'));
    if changed.beyond > 0 {
        words.push_str(&format!(
            " {} did not fit into the rows and columns there are, and were not pasted.",
            count(changed.beyond, "cell", "cells")
        ));
    }
    let file = &changed.file;
    let stopped = file.products.saturating_sub(file.sendable);
    words.push_str(&match stopped {
        0 => format!(" All {} ready.", count(file.products, "product is", "products are")),
        _ => format!(" {} ready, {} not.", count(file.sendable, "product is", "products are"), crate::ui::words::number(stopped)),
    });
    words
}
