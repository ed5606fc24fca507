//! Fields that the store takes only together ([adss 37690410]).
//!
//! In: the cells of a product's own row. Out: the parts that it sets; what is missing is taken from the live product before
//! anything is sent. Must never know: the live product.

use super::super::issue::{Detail, Rule};
use super::{Reading, is_blank};
use crate::domain::ColumnId as C;
use crate::domain::update::{ExpiringHighlightEdit, UserInformationEdit};

impl Reading<'_, '_> {
    pub(super) fn user_information(&mut self) -> UserInformationEdit {
        let before = self.filled;
        let edit = UserInformationEdit {
            is_enabled: self.boolean(C::UserInformationEnabled),
            should_collect_name: self.boolean(C::CollectName),
            should_collect_phone: self.boolean(C::CollectPhone),
            should_collect_address: self.boolean(C::CollectAddress),
        };
        self.whole(before, &[C::UserInformationEnabled, C::CollectName, C::CollectPhone, C::CollectAddress]);
        edit
    }

    pub(super) fn highlight(&mut self) -> ExpiringHighlightEdit {
        let before = self.filled;
        let edit = ExpiringHighlightEdit {
            is_enabled: self.boolean(C::ExpiringHighlightEnabled),
            duration: self.count(C::ExpiringHighlightDuration),
            timeframe: self.choice(C::ExpiringHighlightTimeframe),
        };
        self.whole(before, &[C::ExpiringHighlightEnabled, C::ExpiringHighlightDuration, C::ExpiringHighlightTimeframe]);
        edit
    }

    /// Fields that the store takes only together: some filled in and others not is worth a word. `before` is how many cells
    /// were filled in before these.
    fn whole(&mut self, before: u32, columns: &[C]) {
        let filled = (self.filled - before) as usize;
        if filled == 0 || filled == columns.len() {
            return;
        }
        // A file without the column means it so; a cell left blank may be one forgotten.
        let blank = |id: &&C| self.view.columns.position(**id).is_some() && is_blank(self.raw(**id));
        if !columns.iter().any(|id| blank(&id)) {
            return;
        }
        let Some(&first) = columns.iter().find(|id| !is_blank(self.raw(**id))) else { return };
        let missing: Vec<_> = columns.iter().filter(blank).map(|id| format!("“{}”", id.header())).collect();
        let filled: Vec<_> =
            columns.iter().filter(|id| !is_blank(self.raw(**id))).map(|id| format!("“{}”", id.header())).collect();
        self.issue(Rule::PartOfWhole, Some(first), &filled.join(", "), Detail::Text(missing.join(", ")));
    }
}
