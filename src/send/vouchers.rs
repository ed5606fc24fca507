//! A batch of vouchers: sending codes twice adds them twice, and no answer shows which codes are there. So the stock is
//! read before and after, whatever the answer says, and nothing is sent again before the stock says that nothing arrived.
//!
//! In: the answer to a request, and the stock before and after. Out: settled tasks, and what is to be done with the rest.
//! Fields that travel with the codes share their fate: what they hold is looked at when the codes have arrived.
//!
//! Three things make this more than "read, then decide":
//! - a request whose answer was lost may still be on its way, so "the stock has not grown" is asked twice, some seconds
//!   apart, and once more just before the codes leave again;
//! - the browser itself may repeat a PUT on a connection that was reset, so the stock is read after a success too, and a
//!   409 ("duplicate codes") can be the answer to a request that *was* applied;
//! - people buy meanwhile, so what was sold counts as having arrived (see [`super::reconcile::vouchers`]). For the same
//!   reason the stock from before the *first* attempt is kept until the outcome is known.

use super::flaw::{self, Flaw};
use super::judge::{Verdict, is_worth_another_try, judge, turned_away, words};
use super::machine::Sender;
use super::queue::ById;
use super::reconcile::{Arrived, Holds, Stock, fields, vouchers};
use super::report::{Doubt, Fate, Unsent};
use super::task::{Op, Task};
use crate::api::ApiError;
use crate::api::answer::Answered;
use crate::domain::Product;
use crate::review::{Kind, check};

/// How often the stock is looked at again before "it has not grown" counts as "not applied": after [`super::Limits::settle_ms`],
/// and after twice as long again. A service that publishes its changes to another one shows them late.
const LOOKS: u32 = 2;

/// The stock just before codes leave.
pub(super) fn before(sender: &mut Sender, batch: u32, mut readings: ById, now_ms: u64) {
    if sender.cancelled {
        sender.first([Op::Begin(batch)]);
        return;
    }
    let mut unread = Vec::new();
    for number in sender.open(batch) {
        match reading(sender, number, &mut readings) {
            Ok(Some(held)) => stock_before(sender, number, &held),
            Ok(None) => {
                let in_doubt = sender.tasks.get(number).is_some_and(|task| task.doubt);
                let words = "the store has no such product".to_owned();
                let gone = Fate::Unknown { reason: Doubt::NotRead { words: words.clone() } };
                sender.settle(number, if in_doubt { gone } else { Fate::Refused { status: 404, words } });
            }
            Err(error) => unread.push((number, error)),
        }
    }
    if !unread.is_empty() {
        if again(sender, batch, Op::StockBefore(batch), &unread, now_ms) {
            return;
        }
        for (number, error) in unread {
            let words = words(&error);
            sender.settle_unsent(number, &Unsent::Unread { words: words.clone() }, Doubt::NotRead { words });
        }
        if sender.open(batch).is_empty() {
            let words = sender.last_words.clone().unwrap_or_default();
            sender.failed(&words);
        }
    }
    if let Some(batch) = sender.narrowed(batch) {
        sender.depart(batch, now_ms);
    }
}

fn stock_before(sender: &mut Sender, number: usize, held: &Product) {
    let Some(task) = sender.tasks.get_mut(number) else { return };
    let changed = if sender.limits.looks_first { task.before.seen.changed(&task.patch, held) } else { Vec::new() };
    if !task.doubt {
        task.stock = Stock::of(held);
        if !changed.is_empty() {
            sender.settle(number, Fate::NotSent { reason: Unsent::ChangedMeanwhile { now: changed } });
        }
        return;
    }
    // Sent before: what arrived late shows now, and must not be sent again.
    match vouchers(task.codes(), task.stock, Stock::of(held)) {
        Arrived::Nothing if changed.is_empty() => {}
        Arrived::Nothing => sender.settle(number, Fate::NotSent { reason: Unsent::ChangedMeanwhile { now: changed } }),
        Arrived::CannotTell => sender.settle(number, Fate::Unknown { reason: Doubt::NotShown }),
        arrived => {
            if let Some(fate) = arrival(sender, number, arrived, Some(held)) {
                sender.settle(number, fate);
            }
        }
    }
}

pub(super) fn answered(sender: &mut Sender, batch: u32, answer: Answered, now_ms: u64) {
    let open = sender.open(batch);
    let verdict = {
        let patches: Vec<_> = open.iter().filter_map(|&number| Some(&sender.tasks.get(number)?.patch)).collect();
        judge(&patches, answer)
    };
    match &verdict {
        Verdict::NeverLeft => {
            sender.take_back(batch);
            sender.first([Op::Begin(batch)]);
            sender.offline(batch, now_ms);
            return;
        }
        Verdict::Success(held) => {
            sender.busy_level = 0;
            for (&number, held) in open.iter().zip(held) {
                if let Some(task) = sender.tasks.get_mut(number) {
                    task.said_done = held.is_some();
                }
            }
            sender.first([Op::Read(batch)]);
        }
        Verdict::KeyRefused { status, words } => {
            sender.needs_key(*status, words.clone());
            sender.first([Op::Read(batch)]);
        }
        Verdict::Busy { asked, words } => {
            sender.last_words = Some(words.clone());
            let wait = sender.rest(*asked, now_ms);
            sender.first([Op::Wait(now_ms + wait), Op::Read(batch)]);
        }
        Verdict::Doubtful { .. } if flaw::has(Flaw::RetriesVouchersBlindly) && sender.may_retry(batch) => {
            sender.depart(batch, now_ms);
            return;
        }
        Verdict::Rejected { words, .. } | Verdict::Doubtful { words, .. } => {
            sender.last_words = Some(words.clone());
            sender.first([Op::Read(batch)]);
        }
    }
    sender.doubt(batch);
    sender.set_verdict(batch, verdict);
}

/// The stock after an answer, or after no answer.
pub(super) fn after(sender: &mut Sender, batch: u32, mut readings: ById, now_ms: u64) {
    let verdict = sender.verdict(batch);
    // An answer that was given at the door is final; after any other, the store may still be at work.
    let final_answer = verdict.as_ref().is_some_and(|v| turned_away(v) || matches!(v, Verdict::Rejected { by_api: true, .. }));
    let looks = sender.groups.get(&batch).map_or(0, |group| group.looks);
    let (mut nothing, mut unread, mut look_again, mut look_later) = (Vec::new(), Vec::new(), false, false);
    for number in sender.open(batch) {
        let held = match reading(sender, number, &mut readings) {
            Ok(Some(held)) => held,
            Ok(None) => {
                let words = "the store has no such product".to_owned();
                sender.settle(number, Fate::Unknown { reason: Doubt::NotRead { words } });
                continue;
            }
            Err(error) => {
                unread.push((number, error));
                continue;
            }
        };
        let Some(task) = sender.tasks.get_mut(number) else { continue };
        task.fields_there = matches!(beside(task, &held), Some(Holds::AsAsked { fields: 1.., .. }));
        match vouchers(task.codes(), task.stock, Stock::of(&held)) {
            // Of codes that left twice no answer is final: it may be about those that left first.
            Arrived::Nothing if looks < LOOKS && (!final_answer || task.again) && !flaw::has(Flaw::DoesNotWait) => {
                look_again = true;
            }
            Arrived::Odd(_) if looks == 0 => look_again = true,
            // What left first may arrive after what left last.
            Arrived::All if looks == 0 && task.again && !flaw::has(Flaw::DoesNotWait) => look_later = true,
            Arrived::Nothing => nothing.push(number),
            // Turned away at the door, and no stock to say otherwise: that is as good as it gets.
            Arrived::CannotTell if verdict.as_ref().is_some_and(turned_away) => nothing.push(number),
            arrived => {
                if let Some(fate) = arrival(sender, number, arrived, Some(&held)) {
                    sender.settle(number, fate);
                    sender.failed_in_row = 0;
                }
            }
        }
    }
    if !unread.is_empty() {
        if again(sender, batch, Op::Read(batch), &unread, now_ms) {
            return;
        }
        for (number, error) in unread {
            sender.settle(number, Fate::Unknown { reason: Doubt::NotRead { words: words(&error) } });
        }
        if nothing.is_empty() && !look_again && !look_later {
            let words = sender.last_words.clone().unwrap_or_default();
            sender.failed(&words);
        }
    }
    if look_again || look_later {
        if let Some(group) = sender.groups.get_mut(&batch) {
            group.looks += 1;
        }
        // Each time twice as long.
        let look = [Op::Wait(now_ms + (sender.limits.settle_ms << looks.min(LOOKS))), Op::Read(batch)];
        if look_again {
            sender.first(look);
        } else {
            // Others need not wait for it.
            sender.last(look);
        }
    } else {
        not_arrived(sender, batch, nothing, verdict, now_ms);
    }
}

/// What the product holds of the fields that were sent beside the codes, where there were any.
fn beside(task: &Task, held: &Product) -> Option<Holds> {
    task.patch.has_fields().then(|| fields(&task.patch, &task.before.values, held))
}

/// The fate of codes that arrived in some number, and of the fields beside them.
fn arrival(sender: &Sender, number: usize, arrived: Arrived, held: Option<&Product>) -> Option<Fate> {
    let task = sender.tasks.get(number)?;
    let sent = u32::try_from(task.codes()).unwrap_or(u32::MAX);
    let added = |proven| match held.and_then(|held| Some((beside(task, held)?, held))) {
        None => Fate::Added { vouchers: sent, proven, fields: 0, unproven: Vec::new() },
        Some((Holds::AsAsked { fields, unproven }, _)) => Fate::Added { vouchers: sent, proven, fields, unproven },
        Some((Holds::CannotTell(unproven), _)) => Fate::Added { vouchers: sent, proven, fields: 0, unproven },
        Some((Holds::AsBefore | Holds::Otherwise(_), held)) => {
            Fate::ChangedButDiffers { differences: check(&task.patch, held, &[]).differences }
        }
    };
    Some(match arrived {
        Arrived::All => added(true),
        Arrived::Repeated(added) => Fate::SentTwice { sent, added },
        Arrived::Odd(added) => Fate::Unknown { reason: Doubt::StockOff { sent, added } },
        Arrived::Nothing => Fate::Unknown { reason: Doubt::StockOff { sent, added: 0 } },
        Arrived::CannotTell if task.said_done => added(false),
        Arrived::CannotTell => Fate::Unknown { reason: Doubt::NotShown },
    })
}

/// The stock says, for good, that nothing arrived.
fn not_arrived(sender: &mut Sender, batch: u32, nothing: Vec<usize>, verdict: Option<Verdict>, now_ms: u64) {
    // The store says done and the stock says nothing: sending again could only make it worse.
    let (claimed, nothing): (Vec<usize>, Vec<usize>) =
        nothing.into_iter().partition(|&number| sender.tasks.get(number).is_some_and(|task| task.said_done));
    for number in claimed {
        if let Some(fate) = arrival(sender, number, Arrived::Nothing, None) {
            sender.settle(number, fate);
        }
    }
    if nothing.is_empty() {
        return;
    }
    if sender.cancelled {
        for number in nothing {
            sender.settle(number, Fate::NotSent { reason: Unsent::Cancelled });
        }
        return;
    }
    let (attempt, size) = sender.groups.get(&batch).map_or((0, 0), |group| (group.attempt, group.tasks.len()));
    match verdict {
        Some(Verdict::Rejected { status, words, .. }) if size <= 1 => {
            sender.failed_in_row = 0;
            for number in nothing {
                // What had left before and may have arrived is a duplicate then, and that is how one is refused
                // ([adss prod/update]).
                let is_again = status == 409 && sender.tasks.get(number).is_some_and(|task| task.again);
                sender.settle(
                    number,
                    if is_again {
                        Fate::Unknown { reason: Doubt::RefusedAgain { status, words: words.clone() } }
                    } else {
                        Fate::Refused { status, words: words.clone() }
                    },
                );
            }
        }
        Some(Verdict::Rejected { .. }) => {
            sender.failed_in_row = 0;
            singles(sender, nothing, 0, now_ms);
        }
        Some(Verdict::KeyRefused { .. }) => {
            if let Some(group) = sender.groups.get_mut(&batch) {
                group.attempt = group.attempt.saturating_sub(1);
            }
            resend(sender, batch, now_ms);
        }
        Some(Verdict::Busy { .. }) if attempt < sender.limits.attempts => resend(sender, batch, now_ms),
        // Read back after a reload: nobody has tried yet in this visit.
        None => {
            mark_again(sender, &nothing);
            singles(sender, nothing, 0, now_ms);
        }
        Some(Verdict::Doubtful { .. } | Verdict::Success(_)) if sender.may_retry(batch) => {
            let wait = sender.backoff(batch);
            mark_again(sender, &nothing);
            singles(sender, nothing, attempt, now_ms + wait);
        }
        Some(_) => {
            let words = sender.last_words.clone().unwrap_or_default();
            for number in nothing {
                let reason = Unsent::GaveUp { attempts: attempt, words: words.clone() };
                sender.settle(number, Fate::NotSent { reason });
            }
            sender.failed(&words);
        }
    }
}

/// These leave once more though nobody knows for certain what became of them the first time.
fn mark_again(sender: &mut Sender, tasks: &[usize]) {
    for &number in tasks {
        if let Some(task) = sender.tasks.get_mut(number) {
            task.again = true;
        }
    }
}

fn resend(sender: &mut Sender, batch: u32, now_ms: u64) {
    if let Some(batch) = sender.narrowed(batch) {
        sender.first([Op::Wait(now_ms), Op::Begin(batch)]);
    }
}

/// After any doubt each product goes alone, so that the next doubt is about one product.
fn singles(sender: &mut Sender, tasks: Vec<usize>, attempt: u32, at_ms: u64) {
    let mut ops = vec![Op::Wait(at_ms)];
    for number in tasks {
        ops.push(Op::Begin(sender.freeze(Kind::Vouchers, vec![number], attempt)));
    }
    sender.first(ops);
}

fn reading(sender: &Sender, number: usize, readings: &mut ById) -> Result<Option<Product>, ApiError> {
    let id = sender.tasks.get(number).map(|task| task.patch.id);
    // Left out: as if the answer had been cut.
    let missing = Err(ApiError::Unreachable(crate::api::Failure::BodyCut));
    id.and_then(|id| readings.remove(&id)).unwrap_or(missing)
}

/// Whether the reading is tried again: for want of a key, or after a pause.
fn again(sender: &mut Sender, batch: u32, op: Op, unread: &[(usize, ApiError)], now_ms: u64) -> bool {
    if let Some((_, error)) = unread.iter().find(|(_, error)| error.is_key_problem()) {
        sender.needs_key(error.status().unwrap_or(401), words(error));
        sender.first([op]);
        return true;
    }
    let curable = unread.iter().find(|(_, error)| is_worth_another_try(error));
    curable.is_some_and(|(_, error)| sender.reread(op, batch, error, now_ms))
}
