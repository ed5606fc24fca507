//! Ways to break the sender on purpose, for the tests of the checker: one that passes a broken sender is worth nothing.
//!
//! In: the name of a flaw, in a program built with debug assertions. Out: whether the sender has it. In a release there is no
//! way to ask for one, and [`has`] is `false`.

/// A flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It does not write down that a request is about to leave.
    DropsJournal,
    /// It sends vouchers again when an answer fails.
    RetriesVouchersBlindly,
    /// 200 is success, whatever is in the answer.
    TrustsStatus,
    /// It does not look whether somebody else has changed a product.
    OverwritesOthers,
    /// It takes the first look at the stock for the last word on a lost request.
    DoesNotWait,
}

#[cfg(debug_assertions)]
thread_local! {
    static FLAW: std::cell::Cell<Option<Flaw>> = const { std::cell::Cell::new(None) };
}

/// Breaks every sender of this thread, or mends them.
#[cfg(debug_assertions)]
pub fn sabotage(flaw: Option<Flaw>) {
    FLAW.set(flaw);
}

/// Whether the sender is broken so.
pub(super) fn has(flaw: Flaw) -> bool {
    #[cfg(debug_assertions)]
    return FLAW.get() == Some(flaw);
    #[cfg(not(debug_assertions))]
    {
        let _ = flaw;
        false
    }
}
