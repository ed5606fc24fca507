//! The checker: seeded schedules of faults and deaths against the real engine, sender, journal and practice service, on a
//! virtual clock, and eight things that hold at the end of each.
//!
//! | | |
//! |---|---|
//! | I1 | nothing lost: what is reported as done is applied |
//! | I2 | nothing twice: no code is in the store more than once, unless the report says so |
//! | I3 | no phantom: nothing is applied that was not confirmed |
//! | I4 | honest: what is reported as not sent or refused is not applied |
//! | I5 | it settles: once reading works, nothing is unknown |
//! | I6 | no waste: requests are bounded by the plan and by what went wrong |
//! | I7 | the key stands nowhere but in its header |
//! | I8 | the report, the report file and what a fresh page reads from the journal are one |
//!
//! A failing run prints its seed, its schedule and its history; `CHECK_SEEDS=n` runs n seeds, `CHECK_FIRST=n` begins with n.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
#![allow(clippy::cast_possible_wrap, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

#[path = "../support/form.rs"]
mod form;
mod host;
mod matrix;
mod schedule;
mod verdict;
mod world;

use futures::future::LocalBoxFuture;
use host::{Host, Wanted};
use schedule::{Deed, Schedule};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::rc::Rc;
use storekeeper::domain::ProductId;
use storekeeper::engine::hands::DroppedFile;
use storekeeper::engine::protocol::{
    CancelSending, CheckAgain, Compare, Connect, Ending, FateKind, GoOn, OpenFile, Overview, PastedKey, PauseSending, ReadAs,
    ResumeSending, Send, SendState, Stage,
};
use storekeeper::practice::Service;
use storekeeper::send::flaw::{Flaw, sabotage};
use verdict::check;
use world::{FOREIGN, KEY, Outside, World};

/// What a run came to, to be summed up.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    pub puts: u32,
    pub gets: u32,
    pub planned: u32,
    pub kills: u32,
    /// Times that what was given up was tried again.
    pub again: u32,
    pub fates: [u32; FateKind::ALL.len()],
    pub millis: u64,
}

struct Bytes(Vec<u8>);

impl DroppedFile for Bytes {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, from: u64, to: u64) -> LocalBoxFuture<'static, Result<Vec<u8>, String>> {
        let bytes = self.0[from as usize..to as usize].to_vec();
        Box::pin(async move { Ok(bytes) })
    }
}

/// The file: prices, codes, both, and now and then a product that the store refuses, or does not have.
fn file(schedule: &Schedule, service: &Service, seed: u64) -> (String, HashMap<ProductId, Wanted>, Vec<ProductId>) {
    let mut rng = fastrand::Rng::with_seed(seed ^ 0xf11e);
    let mut csv = String::from("Product ID,Price,Category Name,Vouchers,Voucher Expire Date\n");
    let (mut wanted, mut ids) = (HashMap::new(), Vec::new());
    let kinds = [(10u8, 0u8), (6, 4), (0, 10)][rng.usize(0..3)];
    for (n, product) in
        service.products().filter(|product| product.is_archived == Some(false)).take(schedule.products).enumerate()
    {
        let is_bad = n < usize::from(schedule.bad_rows) * 7 && n % 7 == 0 && schedule.products > 1;
        let codes: Vec<String> = match rng.u8(0..10) < kinds.1 && !is_bad {
            true => (0..rng.usize(1..4)).map(|code| format!("CODE-{seed}-{n}-{code}")).collect(),
            false => Vec::new(),
        };
        let price = (codes.is_empty() || rng.bool()).then_some(5_000 + n as u32);
        let (text, category) =
            (price.map(|price| price.to_string()).unwrap_or_default(), if is_bad { "No such thing" } else { "" });
        let expire = if codes.is_empty() { "" } else { "2030-01-31" };
        writeln!(csv, "{},{text},{category},{},{expire}", product.id, codes.join("|")).unwrap();
        wanted.insert(product.id, Wanted { price, codes });
        ids.push(product.id);
    }
    (csv, wanted, ids)
}

/// Plays one schedule to its end.
///
/// # Errors
/// What does not hold, with the history.
pub fn play(seed: u64, schedule: Schedule, flaw: Option<Flaw>) -> Result<Stats, String> {
    sabotage(flaw);
    let service = Service::with_products(7, schedule.products + 40);
    let (csv, wanted, ids) = file(&schedule, &service, seed);
    let outside = Outside::new(Host::new(service, schedule.clone(), wanted), ids);
    let result = drive(&outside, &csv).and_then(|stats| check(&outside, stats));
    sabotage(None);
    result.map_err(|what| {
        let host = outside.host.borrow();
        format!("seed {seed}: {what}\n{schedule:#?}\n{}", host.history.join("\n"))
    })
}

/// The person at the page.
fn drive(outside: &Rc<Outside>, csv: &str) -> Result<Stats, String> {
    let mut stats = Stats::default();
    let mut world = World::open(outside);
    let (mut rounds, mut stops, mut connects, mut sends) = (0, 0, 0, 0);
    let mut is_open = false;
    for _ in 0..400_000 {
        if outside.is_dead.get() {
            stats.kills += 1;
            drop(world);
            world = World::open(outside);
            is_open = false;
        }
        if !is_open {
            outside.host.borrow_mut().key_ok = true;
            if world.ask(Overview {}).is_none() {
                continue;
            }
            is_open = matches!(world.ask(Connect { host: 0, key: PastedKey(KEY.into()) }), Some(Ok(_)));
            connects += 1;
            if connects > 60 {
                return Err("it cannot be connected to".into());
            }
            continue;
        }
        let deeds = std::mem::take(&mut *outside.wants.borrow_mut());
        for deed in deeds {
            let _ = match deed {
                Deed::Cancel => world.ask(CancelSending {}),
                _ => world.ask(PauseSending {}),
            };
        }
        match world.stage() {
            None | Some(Stage::Choosing { .. }) => {
                outside.host.borrow_mut().is_sending = false;
                let file: Rc<dyn DroppedFile> = Rc::new(Bytes(csv.as_bytes().to_vec()));
                world.ask_with(OpenFile { name: "a.csv".into(), size: csv.len() as u64, read_as: ReadAs::default() }, Some(file));
            }
            Some(Stage::Checked(summary)) => {
                if summary.errors > 0 {
                    return Err(format!("the file is wrong: {summary:?}"));
                }
                drop(world.ask(Compare {}));
            }
            Some(Stage::Reviewing(summary)) => {
                stats.planned = summary.field_requests + summary.voucher_requests;
                outside.host.borrow_mut().is_sending = true;
                // F31: pressed twice.
                let press =
                    || Send { token: summary.token, typed: summary.phrase.clone().unwrap_or_default(), in_this_tab: false };
                world.post(press(), None);
                let second = world.ask(press());
                world.step();
                sends += 1;
                if sends > 20 {
                    return Err(format!("it cannot be sent: {second:?}"));
                }
            }
            Some(Stage::Sending(progress)) => match progress.state {
                SendState::NeedsKey(_) => {
                    // F17: a key of another community is refused.
                    if matches!(world.ask(Connect { host: 0, key: PastedKey(FOREIGN.into()) }), Some(Ok(_))) {
                        return Err("F17: a key of another community is taken".into());
                    }
                    outside.host.borrow_mut().key_ok = true;
                    drop(world.ask(Connect { host: 0, key: PastedKey(KEY.into()) }));
                    connects += 1;
                    if connects > 60 {
                        return Err("it asks for a key again and again".into());
                    }
                }
                SendState::Stopped(_) if stops > 6 => {
                    world.ask(CancelSending {});
                }
                SendState::Stopped(_) | SendState::Paused => {
                    stops += 1;
                    world.ask(ResumeSending {});
                }
                _ if !world.step() => return Err(format!("it is stuck: {progress:?}")),
                _ => {}
            },
            Some(Stage::Done(summary)) => {
                let unknown = summary.counts.iter().any(|(fate, count)| *fate == FateKind::Unknown && *count > 0);
                rounds += 1;
                if rounds > 6 {
                    outside.host.borrow_mut().mend();
                }
                // What the store refused again and again is not pressed upon it for ever.
                let is_cut_off = summary.ending == Ending::Interrupted;
                // What a person cancelled is gone on with only where a person says so; see `tests/runs.rs`.
                let is_cancelled = summary.ending == Ending::Cancelled;
                if summary.can_go_on && !is_cancelled && (is_cut_off || stats.again < 2) && rounds < 20 {
                    stats.again += u32::from(!is_cut_off);
                    drop(world.ask(GoOn {}));
                } else if unknown && rounds < 24 {
                    // Reading works again: everything settles (F41).
                    outside.host.borrow_mut().mend();
                    drop(world.ask(CheckAgain {}));
                } else {
                    stats.millis = outside.clock.get();
                    let mut host = outside.host.borrow_mut();
                    host.settle_late(outside.clock.get() + 60_000);
                    drop(host);
                    return verdict::told(world, stats);
                }
            }
            _ if !world.step() => return Err("nothing happens any more".into()),
            _ => {}
        }
    }
    Err("it does not come to an end".into())
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// A quarter of the seeds.
fn quarter(of: u64) {
    let (first, seeds) = (number("CHECK_FIRST", 0), number("CHECK_SEEDS", 1_000));
    let mut failures = Vec::new();
    let mut sum = Stats::default();
    for seed in (first..first + seeds).filter(|seed| seed % 4 == of) {
        match play(seed, Schedule::of(seed), None) {
            Ok(stats) => {
                sum.puts += stats.puts;
                sum.gets += stats.gets;
                sum.planned += stats.planned;
                sum.kills += stats.kills;
                sum.fates.iter_mut().zip(stats.fates).for_each(|(sum, more)| *sum += more);
            }
            Err(what) => failures.push(what),
        }
    }
    eprintln!("{} seeds: {sum:?}", seeds / 4);
    let short = |what: &String| what.lines().next().unwrap_or_default().to_owned();
    let others: Vec<_> = failures.iter().skip(1).map(short).collect();
    assert!(failures.is_empty(), "{} failures: {}\n{}", failures.len(), failures[0], others.join("\n"));
    if seeds >= 400 {
        let came_up = |fate: FateKind| sum.fates[FateKind::ALL.iter().position(|kind| *kind == fate).unwrap()] > 0;
        let all = [FateKind::Changed, FateKind::Differs, FateKind::Refused, FateKind::NotApplied, FateKind::NotSent]
            .into_iter()
            .all(came_up);
        assert!(sum.kills > 0 && all, "the faults do not bite: {sum:?}");
    }
}

#[test]
fn whatever_goes_wrong_the_report_is_true_0() {
    quarter(0);
}

#[test]
fn whatever_goes_wrong_the_report_is_true_1() {
    quarter(1);
}

#[test]
fn whatever_goes_wrong_the_report_is_true_2() {
    quarter(2);
}

#[test]
fn whatever_goes_wrong_the_report_is_true_3() {
    quarter(3);
}

/// The checker finds a broken sender within 200 seeds.
fn is_caught(flaw: Flaw, by: &[&str]) {
    for seed in 0..200 {
        if let Err(what) = play(seed, Schedule::of(seed), Some(flaw)) {
            eprintln!("{flaw:?}: caught by seed {seed}: {}", what.lines().next().unwrap_or_default());
            let reason = what.split_once(": ").map_or("", |(_, reason)| reason);
            assert!(by.iter().any(|by| reason.starts_with(by)), "caught for another reason than {by:?}: {what}");
            assert!(play(seed, Schedule::of(seed), None).is_ok(), "an unbroken sender fails with this seed as well");
            return;
        }
    }
    panic!("{flaw:?} passes 200 seeds");
}

#[test]
fn a_sender_that_does_not_write_down_what_leaves_is_caught() {
    is_caught(Flaw::DropsJournal, &["I1", "I2", "I4", "I8"]);
}

#[test]
fn a_sender_that_retries_vouchers_blindly_is_caught() {
    is_caught(Flaw::RetriesVouchersBlindly, &["I2"]);
}

#[test]
fn a_sender_that_trusts_a_bare_200_is_caught() {
    is_caught(Flaw::TrustsStatus, &["I1", "I2"]);
}

#[test]
fn a_sender_that_overwrites_others_is_caught() {
    is_caught(Flaw::OverwritesOthers, &["F36"]);
}

#[test]
fn a_sender_that_does_not_wait_for_a_lost_request_is_caught() {
    is_caught(Flaw::DoesNotWait, &["I2", "I4"]);
}

#[test]
fn without_faults_there_is_not_one_request_too_many() {
    for products in [1, 9, 120] {
        for seed in 0..4 {
            let stats = play(seed, Schedule::calm(products), None).unwrap();
            assert_eq!(stats.puts, stats.planned, "seed {seed}, {products} products");
        }
    }
}
