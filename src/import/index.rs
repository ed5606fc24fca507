//! Value → rows, kept while cells are edited.
//!
//! In: pairs of a key and a place, many at once; later, a place whose keys change. Out: the places of a key, ascending. Must
//! never know: what the keys are.
//!
//! The pairs of a whole file are one sorted list, which costs no more memory than the pairs and which no file can make
//! slow, as one could a hash table whose seed is known. Edits lie beside it: the places whose pairs in the list no longer
//! hold, and a small tree of the pairs that hold in their stead.

use super::edits::Bits;
use std::collections::BTreeSet;

/// Pairs of a key and a place.
#[derive(Clone, Debug)]
pub(super) struct Index<K> {
    sorted: Vec<(K, u32)>,
    /// Places of which `sorted` no longer speaks.
    gone: Bits,
    /// How many of them there are.
    gone_count: usize,
    added: BTreeSet<(K, u32)>,
}

/// Once this many places were edited, the list is made anew: a key whose places are all edited is otherwise looked for
/// among as many pairs that no longer hold.
const EDITED_MOST: usize = 1 << 16;

impl<K: Copy + Ord> Index<K> {
    /// An index of these pairs; equal pairs count once.
    pub(super) fn new(mut pairs: Vec<(K, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        Self { sorted: pairs, gone: Bits::default(), gone_count: 0, added: BTreeSet::new() }
    }

    /// The places that have a key, ascending.
    pub(super) fn places(&self, key: K) -> impl Iterator<Item = u32> {
        let from = self.sorted.partition_point(|(k, _)| *k < key);
        let listed = self.sorted.get(from..).unwrap_or(&[]).iter().take_while(move |(k, _)| *k == key).map(|&(_, place)| place);
        let mut listed = listed.filter(|place| !self.gone.has(*place)).peekable();
        let mut added = self.added.range((key, 0)..=(key, u32::MAX)).map(|&(_, place)| place).peekable();
        std::iter::from_fn(move || match (listed.peek(), added.peek()) {
            (Some(a), Some(b)) if a > b => added.next(),
            (Some(_), _) => listed.next(),
            (None, _) => added.next(),
        })
    }

    /// The places of which a key has another place as well: all of them in one go, which for each alone takes a search.
    pub(super) fn shared(&self) -> Bits {
        let mut listed = self.sorted.iter().filter(|(_, place)| !self.gone.has(*place)).copied().peekable();
        let mut added = self.added.iter().copied().peekable();
        let all = std::iter::from_fn(move || match (listed.peek(), added.peek()) {
            (Some(a), Some(b)) if a > b => added.next(),
            (Some(_), _) => listed.next(),
            (None, _) => added.next(),
        });
        let (mut shared, mut last) = (Bits::default(), None);
        for (key, place) in all {
            if let Some(before) = last.replace((key, place)).filter(|(before, _)| *before == key).map(|(_, place)| place) {
                shared.set(before, true);
                shared.set(place, true);
            }
        }
        shared
    }

    /// Says that of all pairs of `place`, which were `before`, now `after` hold.
    pub(super) fn change(&mut self, place: u32, before: &[K], after: &[K]) {
        for &key in before {
            self.added.remove(&(key, place));
        }
        if !self.gone.has(place) {
            self.gone.set(place, true);
            self.gone_count += 1;
        }
        self.added.extend(after.iter().map(|&key| (key, place)));
        if self.gone_count > EDITED_MOST {
            let (gone, added) = (std::mem::take(&mut self.gone), std::mem::take(&mut self.added));
            self.sorted.retain(|(_, place)| !gone.has(*place));
            self.sorted.extend(added);
            self.sorted.sort_unstable();
            self.gone_count = 0;
        }
    }

    /// Every pair that holds, sorted.
    #[cfg(test)]
    pub(super) fn pairs(&self) -> Vec<(K, u32)> {
        let mut all: Vec<_> = self.sorted.iter().filter(|(_, place)| !self.gone.has(*place)).copied().collect();
        all.extend(&self.added);
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        #[test]
        fn it_says_what_a_plain_map_says(
            start in prop::collection::vec((0u8..4, 0u32..12), 0..20),
            changes in prop::collection::vec((0u32..12, prop::collection::btree_set(0u8..4, 0..3)), 0..20),
        ) {
            let mut index = Index::new(start.clone());
            let mut plain: BTreeMap<u32, BTreeSet<u8>> = BTreeMap::new();
            for (key, place) in start {
                plain.entry(place).or_default().insert(key);
            }
            for (place, after) in changes {
                let before: Vec<u8> = plain.get(&place).into_iter().flatten().copied().collect();
                let now: Vec<u8> = after.iter().copied().collect();
                index.change(place, &before, &now);
                plain.insert(place, after);
                for key in 0..4 {
                    let wanted: Vec<u32> = plain.iter().filter(|(_, keys)| keys.contains(&key)).map(|(place, _)| *place).collect();
                    prop_assert_eq!(index.places(key).collect::<Vec<_>>(), wanted);
                }
            }
            let is_shared = |place: &u32| (0..4).any(|key| plain.get(place).is_some_and(|keys| keys.contains(&key)) && index.places(key).count() > 1);
            let shared = index.shared();
            prop_assert_eq!((0..12).filter(|place| shared.has(*place)).collect::<Vec<_>>(), (0..12).filter(is_shared).collect::<Vec<_>>());
            prop_assert!(index.pairs().len() == plain.values().map(BTreeSet::len).sum::<usize>());
        }
    }
}
