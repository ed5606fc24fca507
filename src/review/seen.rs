//! Has somebody else changed a product since it was compared?
//!
//! In: the patch to be sent, the product as it was read for the comparison, and as it is read just before sending. Out: the
//! columns that are neither as they were nor as they are asked to be. Other columns than the patch's do not matter: an
//! update leaves them alone. Must never know: HTTP.

use super::check::check;
use super::fields::{FieldChange, Shown};
use crate::domain::{ColumnId, Product, ProductPatch};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a comparison saw of the columns that a patch is to change. Values are kept as fingerprints: some are long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Column, permission entry, and the fingerprint of the value it had.
    prints: Vec<(ColumnId, Option<u16>, u64)>,
    /// Columns that were not shown, so that nothing can be said about them.
    hidden: Vec<ColumnId>,
    /// Whether it was archived, where shown: an archived product is not changed in silence, and no codes are added to it.
    archived: Option<bool>,
}

impl Seen {
    /// Nothing was seen: nothing counts as changed.
    pub const NOTHING: Self = Self { prints: Vec::new(), hidden: Vec::new(), archived: None };

    /// What can be seen of `live`.
    #[must_use]
    pub fn of(patch: &ProductPatch, live: &Product) -> Self {
        let now = check(patch, live, &[]);
        let prints = now.differences.iter().map(|held| (held.column, held.entry, print(&held.new))).collect();
        Self { prints, hidden: now.not_shown, archived: live.is_archived }
    }

    /// What somebody else has changed: `old` is what the patch asks for, `new` what the store holds now.
    #[must_use]
    pub fn changed(&self, patch: &ProductPatch, now: &Product) -> Vec<FieldChange> {
        if *self == Self::NOTHING {
            return Vec::new();
        }
        let is_changed = |held: &FieldChange| {
            let is_hidden =
                self.hidden.iter().any(|column| *column == held.column || (is_entry(*column) && held.entry.is_some()));
            let then = self.prints.iter().find(|(column, entry, _)| (*column, *entry) == (held.column, held.entry));
            !is_hidden && then.is_none_or(|(_, _, then)| *then != print(&held.new))
        };
        let mut changed: Vec<_> = check(patch, now, &[]).differences.into_iter().filter(is_changed).collect();
        if let (Some(then), Some(now), true) = (self.archived, now.is_archived, patch.is_archived.is_keep())
            && then != now
        {
            let (old, new) = (Shown::Flag(then), Shown::Flag(now));
            changed.push(FieldChange { column: ColumnId::Archived, entry: None, old, new });
        }
        changed
    }
}

/// Permission entries are shown all together or not at all.
const fn is_entry(column: ColumnId) -> bool {
    column as u8 >= ColumnId::PermissionEnabled as u8
}

fn print(shown: &Shown) -> u64 {
    // A value that cannot be encoded is never seen.
    let bytes = postcard::to_allocvec(shown).unwrap_or_default();
    Sha256::digest(&bytes).iter().take(8).fold(0, |print, byte| print << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Edit, Price, ProductId, UserInformation};

    fn product(name: &str, price: u32) -> Product {
        let id = ProductId::from_bytes([1; 12]);
        let user = UserInformation { is_enabled: false, ..UserInformation::default() };
        Product {
            name: Some(name.into()),
            price: Some(Price::whole(price)),
            user_information: Some(user),
            is_archived: Some(false),
            ..Product::unknown(id)
        }
    }

    #[test]
    fn only_what_the_patch_touches_and_somebody_else_has_changed_is_named() {
        let live = product("old", 10);
        let user = UserInformation { is_enabled: true, ..UserInformation::default() };
        let patch = ProductPatch {
            price: Edit::Set(Price::whole(20)),
            user_information: Edit::Set(user),
            image: Edit::Set("https://a/b".into()),
            ..ProductPatch::nothing(live.id)
        };
        let seen = Seen::of(&patch, &live);
        let columns = |now: &Product| seen.changed(&patch, now).iter().map(|change| change.column).collect::<Vec<_>>();
        assert_eq!(columns(&live), []);
        assert_eq!(columns(&product("renamed", 10)), [], "the patch leaves the name alone");
        assert_eq!(columns(&product("old", 20)), [], "as asked already");
        assert_eq!(columns(&product("old", 15)), [ColumnId::Price]);
        // Sent whole, so that a part nobody asked to change would be set back.
        let theirs = UserInformation { should_collect_phone: !user.should_collect_phone, ..live.user_information.unwrap() };
        assert_eq!(columns(&Product { user_information: Some(theirs), ..live.clone() }), [ColumnId::CollectPhone]);
        // Not shown then, shown now: nothing is known of before.
        assert_eq!(columns(&Product { image: Some(Some("https://c".into())), ..live.clone() }), []);
        assert_eq!(columns(&Product { is_archived: Some(true), ..live.clone() }), [ColumnId::Archived]);
        assert_eq!(Seen::NOTHING.changed(&patch, &product("x", 99)), []);
    }
}
