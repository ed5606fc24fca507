//! Where runs are written down: the browser's storage, or, where a person has chosen so, only this tab.
//!
//! In: the world's journal. Out: a journal that holds some runs in memory. Must never know: what an entry means.
//!
//! A browser that keeps nothing (a private window, a full disk) cannot remember what is on its way when the page dies. Nothing is
//! sent then, unless the person says that the tab stays open: the entries of that run are kept here, in the same order and under
//! the same numbers, and are as good as any as long as the tab lives.

use super::hands::{Hands, JournalStore, Numbered, StorageError};
use futures::FutureExt;
use futures::future::{LocalBoxFuture, ready};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Entries by their numbers.
type Entries = BTreeMap<u32, Vec<u8>>;

/// The journal of an engine.
pub(super) struct Journal {
    hands: Rc<dyn Hands>,
    in_tab: Rc<RefCell<BTreeMap<String, Entries>>>,
}

impl Journal {
    pub(super) fn new(hands: Rc<dyn Hands>) -> Self {
        Self { hands, in_tab: Rc::default() }
    }

    /// From now on, and as long as the engine lives, this run is kept here.
    pub(super) fn keep_in_tab(&self, run: &str) {
        self.in_tab.borrow_mut().entry(run.to_owned()).or_default();
    }

    /// Whether this run is kept here alone.
    pub(super) fn is_in_tab(&self, run: &str) -> bool {
        self.in_tab.borrow().contains_key(run)
    }
}

impl JournalStore for Journal {
    fn write(&self, run: &str, entries: Vec<Numbered>) -> LocalBoxFuture<'static, Result<(), StorageError>> {
        match self.in_tab.borrow_mut().get_mut(run) {
            Some(kept) => {
                kept.extend(entries);
                ready(Ok(())).boxed_local()
            }
            None => self.hands.journal().write(run, entries),
        }
    }

    fn runs(&self) -> LocalBoxFuture<'static, Result<Vec<String>, StorageError>> {
        let (stored, in_tab) = (self.hands.journal().runs(), Rc::clone(&self.in_tab));
        Box::pin(async move {
            let stored = stored.await;
            let mut runs: Vec<String> = in_tab.borrow().keys().cloned().collect();
            match stored {
                // What the storage has to say is of no use to whoever goes without it.
                Err(error) if runs.is_empty() => return Err(error),
                Err(_) => {}
                Ok(stored) => runs.extend(stored),
            }
            Ok(runs)
        })
    }

    fn entries(&self, run: &str) -> LocalBoxFuture<'static, Result<Vec<Numbered>, StorageError>> {
        match self.in_tab.borrow().get(run) {
            Some(kept) => ready(Ok(kept.clone().into_iter().collect())).boxed_local(),
            None => self.hands.journal().entries(run),
        }
    }

    fn delete(&self, run: &str) -> LocalBoxFuture<'static, Result<(), StorageError>> {
        match self.in_tab.borrow_mut().remove(run) {
            Some(_) => ready(Ok(())).boxed_local(),
            None => self.hands.journal().delete(run),
        }
    }
}
