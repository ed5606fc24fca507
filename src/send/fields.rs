//! A batch of fields: safe to send again, so doubt costs a second request and never a wrong one.
//!
//! In: the answer to a request, or what was read back after one. Out: settled tasks, and what is to be done with the rest.
//! Must never know: vouchers.

use super::judge::{Verdict, is_worth_another_try, judge, proof, words};
use super::machine::Sender;
use super::queue::ById;
use super::reconcile::{Holds, fields};
use super::report::{Doubt, Fate, Unsent};
use super::task::{Op, Task};
use crate::api::answer::Answered;
use crate::api::{ApiError, Failure};
use crate::domain::Product;
use crate::review::{Kind, check};

/// The products just before they are sent: what somebody else has changed meanwhile is held back.
pub(super) fn checked(sender: &mut Sender, batch: u32, mut readings: ById, now_ms: u64) {
    if sender.cancelled {
        sender.first([Op::Begin(batch)]);
        return;
    }
    let mut unread = Vec::new();
    for number in sender.open(batch) {
        let Some(task) = sender.tasks.get(number) else { continue };
        match readings.remove(&task.patch.id) {
            Some(Ok(Some(held))) => {
                if let Some(fate) = overtaken(task, &held) {
                    sender.settle(number, fate);
                }
            }
            Some(Ok(None)) => {
                let words = "the store has no such product".to_owned();
                let gone = Fate::Unknown { reason: Doubt::NotRead { words: words.clone() } };
                let in_doubt = task.doubt;
                sender.settle(number, if in_doubt { gone } else { Fate::Refused { status: 404, words } });
            }
            Some(Err(error)) => unread.push((number, error)),
            None => unread.push((number, ApiError::Unreachable(Failure::BodyCut))),
        }
    }
    if !unread.is_empty() {
        if let Some((_, error)) = unread.iter().find(|(_, error)| error.is_key_problem()) {
            sender.needs_key(error.status().unwrap_or(401), words(error));
            sender.first([Op::Check(batch)]);
            return;
        }
        let curable = unread.iter().find(|(_, error)| is_worth_another_try(error)).map(|(_, error)| error.clone());
        if curable.is_some_and(|error| sender.reread(Op::Check(batch), batch, &error, now_ms)) {
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

/// What a reading settles without sending: somebody else was there first, or the store has finished what we no longer heard
/// of.
fn overtaken(task: &Task, held: &Product) -> Option<Fate> {
    if task.doubt {
        return match fields(&task.patch, &task.before.values, held) {
            Holds::AsAsked { fields, unproven } => Some(Fate::Changed { fields, unproven }),
            Holds::Otherwise(differences) if !task.before.seen.changed(&task.patch, held).is_empty() => {
                Some(Fate::ChangedButDiffers { differences })
            }
            Holds::AsBefore | Holds::Otherwise(_) | Holds::CannotTell(_) => None,
        };
    }
    let changed = task.before.seen.changed(&task.patch, held);
    if !changed.is_empty() {
        return Some(Fate::NotSent { reason: Unsent::ChangedMeanwhile { now: changed } });
    }
    let asked = check(&task.patch, held, &[]);
    let is_there = asked.differences.is_empty() && asked.not_shown.is_empty();
    // Turned away at the door, and there all the same: then it was us.
    let ours = Fate::Changed { fields: asked.same, unproven: Vec::new() };
    is_there.then_some(if task.sent > 0 { ours } else { Fate::Unchanged })
}

pub(super) fn answered(sender: &mut Sender, batch: u32, answer: Answered, now_ms: u64) {
    let open = sender.open(batch);
    let verdict = {
        let patches: Vec<_> = open.iter().filter_map(|&number| Some(&sender.tasks.get(number)?.patch)).collect();
        judge(&patches, answer)
    };
    match &verdict {
        Verdict::Success(held) => {
            sender.busy_level = 0;
            sender.failed_in_row = 0;
            for (&number, held) in open.iter().zip(held) {
                if let Some(task) = sender.tasks.get_mut(number) {
                    task.said_done = held.is_some();
                }
                if let Some(fate) = held.as_ref().and_then(|held| proven(sender, number, held)) {
                    sender.settle(number, fate);
                }
            }
            sender.doubt(batch);
            if !sender.open(batch).is_empty() {
                let is_named = held.iter().all(Option::is_some);
                let words = if is_named {
                    "the store says that it took the change, and goes on showing what it held before"
                } else {
                    "the answer does not name every product that was sent"
                };
                sender.last_words = Some(words.to_owned());
                sender.first([Op::Read(batch)]);
            }
        }
        Verdict::NeverLeft => {
            sender.take_back(batch);
            sender.first([Op::Begin(batch)]);
            sender.offline(batch, now_ms);
        }
        Verdict::KeyRefused { status, words } => {
            sender.take_back(batch);
            sender.needs_key(*status, words.clone());
            sender.first([Op::Begin(batch)]);
        }
        Verdict::Busy { asked, words } => {
            sender.last_words = Some(words.clone());
            let wait = sender.rest(*asked, now_ms);
            let attempt = sender.groups.get(&batch).map_or(0, |group| group.attempt);
            if attempt < sender.limits.attempts {
                sender.first([Op::Wait(now_ms + wait), Op::Begin(batch)]);
            } else {
                give_up(sender, batch, words);
                sender.first([Op::Wait(now_ms + wait)]);
            }
        }
        Verdict::Doubtful { transient, words } => {
            sender.last_words = Some(words.clone());
            sender.doubt(batch);
            if *transient && sender.may_retry(batch) {
                let wait = sender.backoff(batch);
                sender.first([Op::Wait(now_ms + wait), Op::Begin(batch)]);
            } else {
                sender.first([Op::Read(batch)]);
            }
        }
        Verdict::Rejected { words, .. } => {
            sender.last_words = Some(words.clone());
            sender.failed_in_row = 0;
            sender.doubt(batch);
            sender.first([Op::Read(batch)]);
        }
    }
    sender.set_verdict(batch, verdict);
}

/// What a product named in a believable success proves.
fn proven(sender: &Sender, number: usize, held: &Product) -> Option<Fate> {
    let task = sender.tasks.get(number)?;
    Some(match proof(&task.patch, &task.before.values, held)? {
        Holds::AsAsked { fields, unproven } => Fate::Changed { fields, unproven },
        Holds::Otherwise(differences) => Fate::ChangedButDiffers { differences },
        // A success that shows the old values is no success. Reading decides.
        Holds::AsBefore | Holds::CannotTell(_) => return None,
    })
}

/// What was not applied, or not so that it can be told, after a reading.
struct Left {
    number: usize,
    holds: Holds,
}

pub(super) fn read(sender: &mut Sender, batch: u32, mut readings: ById, now_ms: u64) {
    let (mut left, mut unread) = (Vec::new(), Vec::new());
    for number in sender.open(batch) {
        let Some(task) = sender.tasks.get(number) else { continue };
        match readings.remove(&task.patch.id) {
            Some(Ok(Some(held))) => match fields(&task.patch, &task.before.values, &held) {
                Holds::AsAsked { fields, unproven } => sender.settle(number, Fate::Changed { fields, unproven }),
                // The store said that it took it, and shows it nowhere.
                Holds::CannotTell(unproven) if task.said_done => {
                    sender.settle(number, Fate::Changed { fields: 0, unproven });
                }
                holds => left.push(Left { number, holds }),
            },
            Some(Ok(None)) => {
                let words = "the store has no such product".to_owned();
                sender.settle(number, Fate::Refused { status: 404, words });
            }
            Some(Err(error)) if error.is_key_problem() => {
                sender.needs_key(error.status().unwrap_or(401), words(&error));
                sender.first([Op::Read(batch)]);
                return;
            }
            Some(Err(error)) => unread.push((number, Some(error))),
            None => unread.push((number, None)),
        }
    }
    if !unread.is_empty() {
        let cure = unread.iter().find_map(|(_, error)| error.as_ref().filter(|error| is_worth_another_try(error)));
        if let Some(error) = cure.cloned()
            && sender.reread(Op::Read(batch), batch, &error, now_ms)
        {
            return;
        }
        for (number, error) in unread {
            let words = error.as_ref().map_or_else(|| "it was not read".to_owned(), words);
            sender.settle(number, Fate::Unknown { reason: Doubt::NotRead { words } });
        }
        // Neither the request nor the reading came through.
        if left.is_empty() {
            let words = sender.last_words.clone().unwrap_or_default();
            sender.failed(&words);
            return;
        }
    }
    if left.is_empty() {
        return;
    }
    match sender.verdict(batch) {
        Some(Verdict::Rejected { by_api, status, words, named }) => {
            rejected(sender, batch, left, &Refusal { by_api, status, words, named });
        }
        verdict => unapplied(sender, batch, left, verdict.as_ref(), now_ms),
    }
}

/// A refusal, as [`Verdict::Rejected`] has it.
struct Refusal {
    by_api: bool,
    status: u16,
    words: String,
    named: Vec<usize>,
}

/// The store refused the batch, and these do not hold what was asked for. A batch of one is the culprit; of a larger one
/// the culprits are looked for: those the store names each for itself, otherwise half by half.
fn rejected(sender: &mut Sender, batch: u32, left: Vec<Left>, refusal: &Refusal) {
    let Refusal { by_api, status, words, named } = refusal;
    let size = sender.groups.get(&batch).map_or(0, |group| group.tasks.len());
    if size <= 1 || sender.cancelled {
        for Left { number, holds } in left {
            let fate = match holds {
                Holds::Otherwise(differences) => Fate::ChangedButDiffers { differences },
                Holds::CannotTell(_) if size > 1 || !by_api => Fate::Unknown { reason: Doubt::NotShown },
                _ if size <= 1 => Fate::Refused { status: *status, words: words.clone() },
                _ => Fate::NotSent { reason: Unsent::Cancelled },
            };
            sender.settle(number, fate);
        }
        return;
    }
    let place = |number: usize| sender.groups.get(&batch).and_then(|g| g.tasks.iter().position(|&task| task == number));
    let (culprits, rest): (Vec<usize>, Vec<usize>) =
        left.iter().map(|left| left.number).partition(|&number| place(number).is_some_and(|at| named.contains(&at)));
    let mut parts: Vec<Vec<usize>> = Vec::new();
    if culprits.is_empty() || rest.is_empty() {
        let all: Vec<usize> = left.iter().map(|left| left.number).collect();
        let (first, second) = all.split_at(all.len().div_ceil(2));
        parts.extend([first.to_vec(), second.to_vec()]);
    } else {
        parts.push(rest);
        parts.extend(culprits.into_iter().map(|culprit| vec![culprit]));
    }
    not_applied(sender, &left);
    let parts: Vec<_> =
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| Op::Begin(sender.freeze(Kind::Fields, part, 0))).collect();
    sender.first(parts);
}

/// Nobody refused it, and it was not applied as asked: again, while the limits allow.
fn unapplied(sender: &mut Sender, batch: u32, left: Vec<Left>, verdict: Option<&Verdict>, now_ms: u64) {
    // Since an earlier visit somebody may have edited the product: that is not overwritten without a word.
    let (edited, left): (Vec<Left>, Vec<Left>) = left.into_iter().partition(|left| {
        let resumed = sender.tasks.get(left.number).is_some_and(|task| task.resumed);
        resumed && matches!(left.holds, Holds::Otherwise(_))
    });
    for Left { number, holds } in edited {
        if let Holds::Otherwise(differences) = holds {
            sender.settle(number, Fate::ChangedButDiffers { differences });
        }
    }
    if left.is_empty() {
        return;
    }
    // After a reload there is no answer to have failed: it is the first try of this visit.
    let free = verdict.is_none() && !sender.cancelled;
    if free || sender.may_retry(batch) {
        let wait = if free { 0 } else { sender.backoff(batch) };
        if let Some(batch) = sender.narrowed(batch) {
            sender.first([Op::Wait(now_ms + wait), Op::Begin(batch)]);
        }
        return;
    }
    // The store may still be at work on what we no longer hear of: "not applied" is said after a second look only.
    if let Some(group) = sender.groups.get_mut(&batch)
        && group.looks == 0
        && left.iter().any(|left| left.holds == Holds::AsBefore)
    {
        group.looks = 1;
        sender.first([Op::Wait(now_ms + sender.limits.settle_ms), Op::Read(batch)]);
        return;
    }
    let attempts = sender.groups.get(&batch).map_or(0, |group| group.attempt);
    let words = sender.last_words.clone().unwrap_or_default();
    for Left { number, holds } in left {
        let reason = if sender.cancelled { Unsent::Cancelled } else { Unsent::GaveUp { attempts, words: words.clone() } };
        let fate = match holds {
            Holds::Otherwise(differences) => Fate::ChangedButDiffers { differences },
            Holds::CannotTell(_) => Fate::Unknown { reason: Doubt::NotShown },
            Holds::AsBefore | Holds::AsAsked { .. } => Fate::NotSent { reason },
        };
        sender.settle(number, fate);
    }
    sender.failed(&words);
}

/// What was refused and holds its old values is in doubt no longer.
fn not_applied(sender: &mut Sender, left: &[Left]) {
    for left in left.iter().filter(|left| left.holds == Holds::AsBefore) {
        if let Some(task) = sender.tasks.get_mut(left.number) {
            task.doubt = false;
        }
    }
}

/// The store kept asking to be left alone.
fn give_up(sender: &mut Sender, batch: u32, words: &str) {
    let attempts = sender.groups.get(&batch).map_or(0, |group| group.attempt);
    let (doubted, certain): (Vec<usize>, Vec<usize>) =
        sender.open(batch).into_iter().partition(|&number| sender.tasks.get(number).is_some_and(|task| task.doubt));
    for number in certain {
        sender.settle(number, Fate::NotSent { reason: Unsent::GaveUp { attempts, words: words.to_owned() } });
    }
    if doubted.is_empty() {
        sender.failed(words);
    } else {
        sender.first([Op::Read(batch)]);
    }
}
