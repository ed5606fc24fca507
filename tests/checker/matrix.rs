//! Every way in which sending can go wrong, one test each, numbered as the faults of [`crate::schedule`] are. A test plays
//! its fault with files of prices, of codes and of both, through both doors; what always has to hold (I1 to I8) is held by
//! the verdict, and the test says what else this row asks.
//!
//! Rows that a native test cannot show are numbered where they are shown: F26 (what the browser is told), F35 in `tests/e2e`;
//! F34 and a second tab (F31) in `tests/bulk_run.rs`.

use crate::schedule::{Deed, Fault, Junk, Schedule, Which};
use crate::{Stats, play};
use std::collections::BTreeMap;
use storekeeper::engine::protocol::FateKind;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    Prices,
    Both,
    Codes,
}

const ALL: [Files; 3] = [Files::Prices, Files::Both, Files::Codes];
const PRODUCTS: usize = 12;

impl Files {
    /// A number from which a file of this kind is drawn.
    fn seed(self) -> u64 {
        (0..100).find(|seed| fastrand::Rng::with_seed(seed ^ 0xf11e).usize(0..3) == self as usize).unwrap()
    }
}

impl Stats {
    fn of(&self, fate: FateKind) -> u32 {
        self.fates[FateKind::ALL.iter().position(|kind| *kind == fate).unwrap()]
    }

    fn nothing_applied(&self) -> bool {
        self.of(FateKind::NotSent) + self.of(FateKind::NotApplied) == self.fates.iter().sum::<u32>()
    }

    fn all(&self, fate: FateKind) -> bool {
        self.of(fate) == self.fates.iter().sum::<u32>()
    }
}

/// Plays a schedule with each kind of file, through each door.
fn each(files: &[Files], schedule: &Schedule, holds: impl Fn(&Stats, Files) -> bool) {
    for kind in files {
        for is_csv in [false, true] {
            let schedule = Schedule { is_csv, ..schedule.clone() };
            let stats = play(kind.seed(), schedule.clone(), None).unwrap_or_else(|what| panic!("{kind:?}: {what}"));
            assert!(holds(&stats, *kind), "{kind:?}, {schedule:?}: {stats:?}");
        }
    }
}

/// The same fault for the `number`-th request of each schedule.
fn when(number: u32, fault: Fault) -> Schedule {
    Schedule { writes: BTreeMap::from([(number, fault)]), ..Schedule::calm(PRODUCTS) }
}

/// After any doubt each product of a request with codes goes alone: up to ten requests in the place of one.
const ALONE: u32 = 10;

/// The fault for the first, then for the second request; in the end all products are changed.
fn all_changed(fault: Fault, waste: u32) {
    for number in 0..2 {
        each(&ALL, &when(number, fault), |stats, _| stats.all(FateKind::Changed) && stats.puts <= stats.planned + waste);
    }
}

fn deed(at: u32, deed: Deed) -> Schedule {
    Schedule { deeds: BTreeMap::from([(at, vec![deed])]), ..Schedule::calm(PRODUCTS) }
}

#[test]
fn f01_offline_before_it_leaves_goes_on_by_itself_and_costs_nothing() {
    for requests in [1, 3] {
        all_changed(Fault::Offline(requests), 0);
    }
}

#[test]
fn f02_a_refused_connection_loses_nothing_and_stops_when_it_lasts() {
    all_changed(Fault::Refused, ALONE);
    let lasting = Schedule { writes: (0..60).map(|number| (number, Fault::Refused)).collect(), ..Schedule::calm(PRODUCTS) };
    each(&ALL, &lasting, |stats, _| stats.nothing_applied() || stats.puts >= 60);
}

#[test]
fn f03_a_timeout_that_was_not_applied_is_sent_again() {
    all_changed(Fault::Timeout { applied: false }, ALONE);
}

#[test]
fn f04_a_timeout_that_was_applied_is_proven_and_not_sent_again() {
    all_changed(Fault::Timeout { applied: true }, 0);
}

#[test]
fn f05_a_reset_after_it_was_applied_is_proven_and_not_sent_again() {
    all_changed(Fault::Reset, 0);
}

#[test]
fn f06_what_was_sent_twice_on_the_way_is_said_aloud() {
    for answer in [Which::First, Which::Second, Which::None] {
        let everything = Schedule { writes: (0..9).map(|n| (n, Fault::Twice { answer })).collect(), ..Schedule::calm(PRODUCTS) };
        each(&[Files::Prices], &everything, |stats, _| stats.all(FateKind::Changed));
        each(&[Files::Codes], &everything, |stats, _| stats.of(FateKind::Differs) > 0);
    }
}

#[test]
fn f07_a_body_cut_on_its_way_is_no_success_and_no_failure() {
    all_changed(Fault::BodyCut, 0);
}

#[test]
fn f08_json_cut_into_something_else_is_read_back() {
    all_changed(Fault::CutJson, 0);
}

#[test]
fn f09_a_page_of_the_network_is_not_the_store() {
    all_changed(Fault::Html200, ALONE);
}

#[test]
fn f10_products_missing_from_the_answer_are_read_back() {
    all_changed(Fault::MissingIds, 0);
    all_changed(Fault::CountOff, 0);
}

#[test]
fn f11_an_envelope_that_says_error_or_other_values_are_looked_into() {
    all_changed(Fault::EnvelopeError { applied: true }, 0);
    all_changed(Fault::EnvelopeError { applied: false }, ALONE);
    let other = when(0, Fault::OtherValues);
    each(&[Files::Prices], &other, |stats, _| stats.all(FateKind::Differs) && stats.puts == stats.planned);
}

#[test]
fn f12_another_order_more_fields_and_another_envelope_are_fine() {
    all_changed(Fault::OtherShape, 0);
}

#[test]
fn f13_one_bad_row_refuses_a_request_and_only_itself_in_the_end() {
    let schedule = Schedule { bad_rows: 1, on_bad: 0, ..Schedule::calm(PRODUCTS) };
    each(&[Files::Prices, Files::Both], &schedule, |stats, _| {
        stats.of(FateKind::Refused) == 1 && stats.of(FateKind::Changed) == PRODUCTS as u32 - 1
    });
}

#[test]
fn f14_what_was_applied_beside_a_bad_row_is_not_sent_again() {
    for on_bad in [1, 2] {
        let schedule = Schedule { bad_rows: 1, on_bad, ..Schedule::calm(PRODUCTS) };
        each(&[Files::Prices, Files::Both], &schedule, |stats, _| stats.of(FateKind::Changed) == PRODUCTS as u32 - 1);
    }
    all_changed(Fault::Refusal { status: 400, applied: true }, 0);
}

#[test]
fn f15_a_key_that_dies_stops_everything_until_there_is_a_new_one() {
    all_changed(Fault::DeadKey(401), 2);
}

#[test]
fn f16_a_key_without_the_permission_stops_everything() {
    all_changed(Fault::DeadKey(403), 2);
}

/// Whenever a key is asked for, one of another community is tried first: the harness fails where it is taken, and where
/// anything is sent with it.
#[test]
fn f17_a_key_of_another_community_is_not_taken() {
    each(&ALL, &when(0, Fault::DeadKey(401)), |stats, _| stats.all(FateKind::Changed));
}

#[test]
fn f18_a_404_is_about_its_own_products() {
    for applied in [false, true] {
        each(&ALL, &when(0, Fault::Refusal { status: 404, applied }), |stats, _| stats.all(FateKind::Changed));
    }
}

#[test]
fn f19_a_409_is_evidence_and_no_loop() {
    for takes_codes in [false, true] {
        for fault in [Fault::Refusal { status: 409, applied: true }, Fault::Refusal { status: 409, applied: false }] {
            for number in 0..3 {
                let schedule = Schedule { takes_codes, ..when(number, fault) };
                each(&ALL, &schedule, |stats, _| {
                    stats.of(FateKind::Changed) + stats.of(FateKind::Refused) == PRODUCTS as u32
                        && stats.puts <= stats.planned + 12
                });
            }
        }
    }
}

/// The harness fails where a request leaves before the time that was asked for.
#[test]
fn f20_what_retry_after_says_is_kept() {
    for is_date in [false, true] {
        all_changed(Fault::Busy { seconds: Some(7), is_date }, 1);
    }
}

#[test]
fn f21_where_retry_after_is_hidden_the_pace_is_found() {
    let busy = Fault::Busy { seconds: None, is_date: false };
    all_changed(busy, 1);
    let again = Schedule { writes: (0..3).map(|number| (number, busy)).collect(), ..Schedule::calm(PRODUCTS) };
    each(&ALL, &again, |stats, _| stats.all(FateKind::Changed) && stats.puts <= stats.planned + 3);
}

#[test]
fn f22_a_429_that_the_browser_hides_is_a_network_error() {
    all_changed(Fault::BusyUnseen, ALONE);
}

#[test]
fn f23_a_500_before_and_after_it_was_applied() {
    all_changed(Fault::Server { status: 500, body: Junk::Json, applied: false }, ALONE);
    all_changed(Fault::Server { status: 500, body: Junk::Json, applied: true }, 0);
}

#[test]
fn f24_a_502_may_have_been_applied_whatever_its_body() {
    for body in [Junk::Json, Junk::Html, Junk::Empty] {
        all_changed(Fault::Server { status: 502, body, applied: false }, ALONE);
        all_changed(Fault::Server { status: 502, body, applied: true }, 0);
    }
}

#[test]
fn f25_what_stands_before_the_store_fails() {
    for status in [503, 504, 520, 522, 524, 527] {
        all_changed(Fault::Server { status, body: Junk::Html, applied: false }, ALONE);
        all_changed(Fault::Server { status, body: Junk::Html, applied: true }, 0);
    }
}

/// A redirect and a refused preflight are the same to a page: `fetch` fails, and the store has seen nothing.
#[test]
fn f26_f27_what_the_browser_refuses_never_reached_the_store() {
    let fetch = include_str!("../../src/browser/fetch.rs");
    assert!(fetch.contains(".redirect(RequestRedirect::Error)") && fetch.contains(".credentials(RequestCredentials::Omit)"));
    assert_eq!(fetch.matches(".header(").count(), 2, "a header that the host does not know fails the preflight");
    all_changed(Fault::Refused, ALONE);
}

#[test]
fn f28_a_page_that_is_loaded_again_goes_on_from_proof() {
    for at in [4, 7] {
        each(&ALL, &deed(at, Deed::Kill), |stats, _| stats.all(FateKind::Changed) && stats.kills == 1);
    }
}

/// At every moment that there is: before and after each write of the journal, before a request leaves, once the store has
/// it, once the answer is there.
#[test]
fn f29_a_browser_that_is_killed_at_any_moment_loses_nothing_and_repeats_nothing() {
    for at in 1..24 {
        each(&ALL, &deed(at, Deed::Kill), |stats, _| stats.all(FateKind::Changed) || stats.kills == 0);
    }
}

#[test]
fn f30_a_page_that_crashes_again_and_again_finds_its_journal_whole() {
    for gap in [3, 5, 9] {
        let deeds = (1..4).map(|n| (n * gap, vec![Deed::Kill])).collect();
        let schedule = Schedule { deeds, ..Schedule::calm(PRODUCTS) };
        each(&ALL, &schedule, |stats, _| stats.all(FateKind::Changed) && stats.kills > 0);
    }
}

/// The harness presses Send twice, always.
#[test]
fn f31_pressed_twice_it_is_sent_once() {
    each(&ALL, &Schedule::calm(PRODUCTS), |stats, _| stats.all(FateKind::Changed) && stats.puts == stats.planned);
}

#[test]
fn f32_what_the_store_finishes_after_we_have_given_up_is_not_sent_again_blindly() {
    for millis in [200, 3_000, 8_000] {
        all_changed(Fault::Late { millis }, 1);
    }
}

#[test]
fn f33_without_a_journal_nothing_leaves() {
    for at in 1..8 {
        each(&ALL, &deed(at, Deed::JournalFull), |stats, _| stats.all(FateKind::Changed) && stats.puts == stats.planned);
    }
}

/// The harness fails where a product that somebody else has changed is overwritten.
#[test]
fn f36_what_somebody_else_changed_is_held_back() {
    for at in [1, 2] {
        let edits = (0..12).map(Deed::Edit).collect();
        let schedule = Schedule { deeds: BTreeMap::from([(at, edits)]), ..Schedule::calm(PRODUCTS) };
        each(&[Files::Prices], &schedule, |stats, _| stats.all(FateKind::NotSent) && stats.puts == 0);
    }
}

#[test]
fn f37_what_is_sold_meanwhile_is_neither_lost_nor_doubled() {
    for at in 1..16 {
        let deeds = BTreeMap::from([(at, vec![Deed::Sell(0), Deed::Sell(1), Deed::Sell(11)])]);
        let schedule = Schedule { deeds, ..when(1, Fault::Timeout { applied: true }) };
        each(&ALL, &schedule, |stats, _| stats.all(FateKind::Changed));
    }
}

#[test]
fn f38_a_slow_link_runs_into_no_timeout() {
    let schedule = Schedule { latency: 10_000, ..Schedule::calm(110) };
    each(&ALL, &schedule, |stats, _| stats.all(FateKind::Changed) && stats.puts == stats.planned);
}

#[test]
fn f39_a_clock_that_jumps_changes_nothing() {
    for wall_pace in [-5_000, 0, 100_000] {
        let schedule = Schedule { wall_pace, ..when(0, Fault::Busy { seconds: Some(7), is_date: false }) };
        each(&ALL, &schedule, |stats, _| stats.all(FateKind::Changed));
    }
}

#[test]
fn f40_what_was_cancelled_is_not_sent_or_settled() {
    for at in 1..14 {
        let schedule = Schedule { writes: BTreeMap::from([(0, Fault::Reset)]), ..deed(at, Deed::Cancel) };
        each(&ALL, &schedule, |stats, _| {
            stats.of(FateKind::Changed) + stats.of(FateKind::NotSent) + stats.of(FateKind::NotApplied) == PRODUCTS as u32
        });
    }
}

#[test]
fn f41_what_cannot_be_read_back_stays_unknown_until_it_can() {
    let failing = |fault| (1..60).map(|number| (number, fault)).collect::<BTreeMap<_, _>>();
    for fault in [Fault::Refused, Fault::Html200, Fault::Server { status: 500, body: Junk::Html, applied: false }] {
        let schedule = Schedule { reads: failing(fault), ..when(0, Fault::Timeout { applied: true }) };
        each(&ALL, &schedule, |stats, _| stats.of(FateKind::Unknown) == 0);
    }
}

/// The harness fails where a request holds none, more than 100, or one twice.
#[test]
fn f42_a_hundred_at_most_and_none_twice() {
    for (products, requests) in [(1, 1), (99, 1), (100, 1), (101, 2), (200, 2), (201, 3)] {
        each(&[Files::Prices], &Schedule::calm(products), |stats, _| stats.puts == requests && stats.all(FateKind::Changed));
    }
}
