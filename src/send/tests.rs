//! The rules of sending, one by one: a small script of answers, and what the sender does.

use super::journal::{Slot, Unreadable, sha256};
use super::judge::{Verdict, judge};
use super::*;
use crate::api::{ApiError, Failure, Response, RetryAfter, Said};
use crate::domain::{Edit, Price, Product, ProductId, ProductPatch, Timestamp, VoucherAppend, VoucherCode};
use crate::review::{Before, plan};
use proptest::prelude::*;

const START: u64 = 1_800_000_000_000;

/// The rules of sending alone: what is looked at before is a test of its own.
const BLIND: Limits = Limits { looks_first: false, lanes: 1, ..Limits::DEFAULT };

fn id(n: u8) -> ProductId {
    ProductId::from_bytes([n; 12])
}

fn priced(n: u8) -> ProductPatch {
    ProductPatch { price: Edit::Set(Price::whole(20)), ..ProductPatch::nothing(id(n)) }
}

fn codes(n: u8, count: usize) -> ProductPatch {
    let codes = (0..count).map(|code| VoucherCode::parse(&format!("SECRET-{n}-{code}")).unwrap()).collect();
    let append = VoucherAppend { codes, expire_date: Timestamp::from_millis(1_900_000_000_000) };
    ProductPatch { vouchers: Some(append), ..ProductPatch::nothing(id(n)) }
}

fn sender(patches: Vec<ProductPatch>) -> Sender {
    let old = |patch: &ProductPatch| {
        let values = match patch.has_fields() {
            true => ProductPatch { price: Edit::Set(Price::whole(10)), ..ProductPatch::nothing(patch.id) },
            false => ProductPatch::nothing(patch.id),
        };
        Before { values, ..Before::nothing(patch.id) }
    };
    let before = patches.iter().map(old).collect();
    let about = About { community: Some("ours".into()), ..About::default() };
    Sender::new(about, plan(patches), before, BLIND, 1, START)
}

fn reply(status: u16, body: &str) -> Result<Response, Failure> {
    let content_type = Some("application/json".into());
    Ok(Response { status, content_type, retry_after: None, body: body.as_bytes().to_vec() })
}

fn refuse(status: u16) -> Result<Response, Failure> {
    reply(status, r#"{"status":"error","message":"no"}"#)
}

fn success(ids: &[u8]) -> Result<Response, Failure> {
    let data: Vec<_> = ids.iter().map(|&n| format!(r#"{{"_id":"{}","price":20}}"#, id(n))).collect();
    let count = ids.len();
    reply(200, &format!(r#"{{"meta":{{"statusCode":200,"updated":{count}}},"message":"ok","data":[{}]}}"#, data.join(",")))
}

/// Plays effects until one that is not asked for here: records go through, sleeps pass; the requests and readings are
/// answered by `answer` and `read`. What happened is told in letters: P for a request (with its size), R for a reading.
fn run(
    sender: &mut Sender,
    now: &mut u64,
    mut answer: impl FnMut(usize, &str) -> Result<Response, Failure>,
    mut read: impl FnMut(usize, ProductId) -> Result<Option<Product>, ApiError>,
) -> String {
    let (mut story, mut puts, mut reads, mut journaled) = (String::new(), 0, 0, 0);
    for _ in 0..2_000 {
        *now += 1;
        match sender.next(*now) {
            Effect::Record(entries) => {
                journaled += entries.iter().filter(|entry| matches!(entry, Entry::Sending { .. })).count();
                sender.recorded(Ok(()));
            }
            Effect::Put { batch, request, .. } => {
                let body = String::from_utf8(request.body.unwrap().bytes).unwrap();
                story += &format!("P{} ", body.matches("productID").count());
                assert_eq!(journaled, puts + 1, "written down before it is sent");
                sender.answered(batch, answer(puts, &body), *now);
                puts += 1;
            }
            Effect::Read { batch, ids, .. } => {
                story += &format!("R{} ", ids.len());
                let readings = ids.into_iter().map(|id| (id, read(reads, id))).collect();
                reads += 1;
                sender.read(batch, readings, *now);
            }
            Effect::Sleep { millis } => {
                *now += millis;
            }
            Effect::Wait => panic!("nothing is outstanding"),
            Effect::Idle => return story + "idle",
            Effect::Finished => return story + "end",
        }
    }
    panic!("it does not end: {story}");
}

fn fates(sender: &Sender) -> Vec<String> {
    sender.lines().iter().map(|line| line.fate.word().to_owned()).collect()
}

fn product(n: u8, price: u32, stocks: i64) -> Product {
    Product { price: Some(Price::whole(price)), stocks: Some(stocks), total_orders: Some(0), ..Product::unknown(id(n)) }
}

fn no_reading(_: usize, _: ProductId) -> Result<Option<Product>, ApiError> {
    panic!("nothing has to be read")
}

#[test]
fn fields_are_proven_by_the_answer_alone() {
    let mut now = START;
    let mut s = sender((0..101).map(priced).collect());
    let all: Vec<u8> = (0..101).collect();
    let story = run(&mut s, &mut now, |put, _| success(if put == 0 { &all[..100] } else { &all[100..] }), no_reading);
    assert_eq!(story, "P100 P1 end");
    assert!(fates(&s).iter().all(|fate| fate == "done"));
    assert_eq!((s.progress().done, s.progress().batches, s.progress().batches_settled), (101, 2, 2));
}

#[test]
fn what_is_safe_is_sent_again_and_what_is_not_is_read_first() {
    // (answers to fields, what the store then holds, the story, the fate)
    for (name, first, held, story, fate) in [
        ("network", Err(Failure::Network), 20, "P1 P1 end", "done"),
        ("timeout", Err(Failure::Timeout), 20, "P1 P1 end", "done"),
        ("500", refuse(500), 20, "P1 P1 end", "done"),
        ("502 page", reply(502, "<html>"), 20, "P1 P1 end", "done"),
        ("429", refuse(429), 20, "P1 P1 end", "done"),
        ("offline", Err(Failure::Offline), 20, "P1 R1 P1 end", "done"),
        ("cut, applied", Err(Failure::BodyCut), 20, "P1 R1 end", "done"),
        ("cut, not applied", Err(Failure::BodyCut), 10, "P1 R1 P1 end", "done"),
        ("200 page", reply(200, "<html>sign in"), 10, "P1 R1 P1 end", "done"),
        ("200, error inside", reply(200, r#"{"meta":{"status":"error","statusCode":500}}"#), 10, "P1 R1 P1 end", "done"),
        ("ids missing", success(&[]), 20, "P1 R1 end", "done"),
        ("400", refuse(400), 10, "P1 R1 end", "refused"),
        ("400, applied", refuse(400), 20, "P1 R1 end", "done"),
        ("400, something else", refuse(400), 15, "P1 R1 end", "done, but differs"),
        ("404", refuse(404), 10, "P1 R1 end", "refused"),
        ("401", refuse(401), 10, "P1 idle", "not sent"),
        ("403", refuse(403), 10, "P1 idle", "not sent"),
    ] {
        let mut now = START;
        let mut s = sender(vec![priced(1)]);
        let mut first = Some(first);
        let told =
            run(&mut s, &mut now, |_, _| first.take().unwrap_or_else(|| success(&[1])), |_, _| Ok(Some(product(1, held, 0))));
        assert_eq!((told.as_str(), fates(&s)[0].as_str()), (story, fate), "{name}");
    }
}

#[test]
fn vouchers_are_settled_by_the_stock_whatever_the_answer() {
    // (answer, stock after, story, fate). Three codes are sent; the stock was 5.
    for (name, first, after, story, fate) in [
        ("200", success(&[1]), 8, "R1 P1 R1 end", "done"),
        ("200, repeated by the stack", success(&[1]), 11, "R1 P1 R1 end", "sent twice"),
        ("200, but no growth", success(&[1]), 5, "R1 P1 R1 R1 R1 end", "unknown"),
        ("reset after it was applied", Err(Failure::Network), 8, "R1 P1 R1 end", "done"),
        ("timeout after it was applied", Err(Failure::Timeout), 8, "R1 P1 R1 end", "done"),
        ("timeout, some other number", Err(Failure::Timeout), 7, "R1 P1 R1 R1 end", "unknown"),
        ("409 to a request that was applied", refuse(409), 8, "R1 P1 R1 end", "done"),
        ("409", refuse(409), 5, "R1 P1 R1 end", "refused"),
        ("400", refuse(400), 5, "R1 P1 R1 end", "refused"),
        ("401", refuse(401), 5, "R1 P1 idle", "unknown"),
    ] {
        let mut now = START;
        let mut s = sender(vec![codes(1, 3)]);
        let mut first = Some(first);
        let told = run(
            &mut s,
            &mut now,
            |_, _| first.take().expect("codes leave once"),
            |read, _| Ok(Some(product(1, 10, if read == 0 { 5 } else { after }))),
        );
        assert_eq!((told.as_str(), fates(&s)[0].as_str()), (story, fate), "{name}");
    }
}

#[test]
fn codes_leave_again_only_after_the_stock_said_three_times_that_none_arrived() {
    let mut now = START;
    let mut s = sender(vec![codes(1, 2), codes(2, 2)]);
    let stock = std::cell::RefCell::new([5i64; 3]);
    let told = run(
        &mut s,
        &mut now,
        |put, body| {
            if put == 0 {
                return Err(Failure::Network);
            }
            let n = if body.contains("SECRET-1") { 1 } else { 2 };
            stock.borrow_mut()[n] += 2;
            success(&[u8::try_from(n).unwrap()])
        },
        |_, asked| {
            let n = if asked == id(1) { 1 } else { 2 };
            Ok(Some(product(n, 10, stock.borrow()[usize::from(n)])))
        },
    );
    // Stock, request, three looks; then each product for itself: stock, request, look; and another look at the end.
    assert_eq!(told, "R2 P2 R2 R2 R2 R1 P1 R1 R1 P1 R1 R1 R1 end");
    assert_eq!(fates(&s), ["done", "done"]);
}

#[test]
fn codes_that_arrive_very_late_are_still_seen() {
    // What each reading of the stock shows (two codes are sent), the second answer, the story, the fate.
    for (stocks, second, story, fate) in [
        // Just before they would leave again.
        (vec![5, 5, 5, 5, 7], success(&[1]), "R1 P1 R1 R1 R1 R1 end", "done"),
        // Just after: they are there twice, and that is what is said.
        (vec![5, 5, 5, 5, 5, 9], success(&[1]), "R1 P1 R1 R1 R1 R1 P1 R1 end", "sent twice"),
        // Even later.
        (vec![5, 5, 5, 5, 5, 7, 9], success(&[1]), "R1 P1 R1 R1 R1 R1 P1 R1 R1 end", "sent twice"),
        // The store does not take them twice: that it refuses them says nothing about the first time.
        (vec![5, 5, 5, 5, 5, 5, 7], refuse(409), "R1 P1 R1 R1 R1 R1 P1 R1 R1 end", "done"),
        (vec![5; 9], refuse(409), "R1 P1 R1 R1 R1 R1 P1 R1 R1 R1 end", "unknown"),
    ] {
        let mut now = START;
        let mut s = sender(vec![codes(1, 2)]);
        let told = run(
            &mut s,
            &mut now,
            |put, _| if put == 0 { Err(Failure::Timeout) } else { second.clone() },
            |read, _| Ok(Some(product(1, 10, stocks[read]))),
        );
        assert_eq!((told.as_str(), fates(&s)[0].as_str()), (story, fate));
    }
}

#[test]
fn a_bad_product_is_found_and_the_others_are_applied_once() {
    // A refusal in the API's form; one that names the culprit; a text; a success that applies the others, and names it.
    for (way, most) in [("json", 15), ("named", 3), ("text", 15), ("success", 2)] {
        let mut now = START;
        let mut s = sender((0..100).map(priced).collect());
        let held = std::cell::RefCell::new([10u32; 100]);
        let told = run(
            &mut s,
            &mut now,
            |_, body| {
                let ids: Vec<u8> = (0..100).filter(|&n| body.contains(&id(n).to_string())).collect();
                let bad = ids.iter().position(|&n| n == 37);
                let errors = bad.map(|at| format!(r#","errors":[{{"index":{at},"path":"price","message":"bad"}}]"#));
                match (way, errors) {
                    (_, None) => {}
                    ("json", Some(_)) => return reply(400, r#"{"status":"error","message":"bad row"}"#),
                    ("named", Some(errors)) => {
                        return reply(400, &format!(r#"{{"status":"error","message":"bad row"{errors}}}"#));
                    }
                    ("text", Some(_)) => {
                        let content_type = Some("text/plain".into());
                        return reply(400, "bad row").map(|reply| Response { content_type, ..reply });
                    }
                    (_, Some(errors)) => {
                        for &n in ids.iter().filter(|&&n| n != 37) {
                            assert_eq!(held.borrow()[usize::from(n)], 10, "applied once");
                            held.borrow_mut()[usize::from(n)] = 20;
                        }
                        let updated = ids.len() - 1;
                        return reply(200, &format!(r#"{{"meta":{{"statusCode":200,"updated":{updated}}},"data":[]{errors}}}"#));
                    }
                }
                ids.iter().for_each(|&n| {
                    assert_eq!(held.borrow()[usize::from(n)], 10, "applied once");
                    held.borrow_mut()[usize::from(n)] = 20;
                });
                success(&ids)
            },
            |_, asked| {
                let n = (0..100).find(|&n| id(n) == asked).unwrap();
                Ok(Some(product(n, held.borrow()[usize::from(n)], 0)))
            },
        );
        let fates = fates(&s);
        assert_eq!(fates[37], "refused");
        let words = if way == "json" || way == "text" { "bad row" } else { "bad" };
        assert!(
            matches!(&s.lines()[37].fate, Fate::Refused { words: said, .. } if said.contains(words)),
            "{way}: {:?}",
            s.lines()[37]
        );
        assert!(!s.lines()[37].fate.words().contains("form"), "{way}: in the store's words");
        assert_eq!(fates.iter().filter(|fate| *fate == "done").count(), 99);
        // Half by half it takes two requests a step; where the store names the culprit, three in all.
        assert!(told.matches('P').count() <= most, "{told}");
    }
}

#[test]
fn a_refused_key_stops_everything_until_there_is_another_for_the_same_store() {
    let mut now = START;
    let mut s = sender((0..150).map(priced).collect());
    let told =
        run(&mut s, &mut now, |put, _| if put == 0 { success(&(0..100).collect::<Vec<_>>()) } else { refuse(401) }, no_reading);
    assert_eq!(told, "P100 P50 idle");
    s.resume();
    assert_eq!(s.next(now), Effect::Idle);
    assert!(!s.key_replaced(Some("another")));
    assert_eq!(s.next(now), Effect::Idle);
    assert!(s.key_replaced(Some("ours")));
    assert_eq!(run(&mut s, &mut now, |_, _| success(&(100..150).collect::<Vec<_>>()), no_reading), "P50 end");
    assert!(fates(&s).iter().all(|fate| fate == "done"));
}

#[test]
fn a_store_in_trouble_is_left_alone() {
    let mut now = START;
    let mut s = sender((0..250).chain(0..250).map(priced).collect());
    let down = || ApiError::Refused { status: 503, said: Said::default(), retry_after: None };
    let told = run(&mut s, &mut now, |_, _| refuse(503), |_, _| Err(down()));
    // Three batches fail; between them at most the budget of three retries.
    assert_eq!(told.matches('P').count(), 3 + 3, "{told}");
    assert!(told.ends_with("idle"), "{told}");
    assert!(matches!(s.progress().halt, Some(Halt::Failing { .. })));
    s.cancel();
    assert!(run(&mut s, &mut now, |_, _| panic!("cancelled"), |_, _| Err(down())).ends_with("end"));
}

#[test]
fn retry_after_is_kept_by_the_whole_queue() {
    let mut now = START;
    let mut s = sender((0..150).map(priced).collect());
    let mut sent = Vec::new();
    for _ in 0..40 {
        now += 1;
        match s.next(now) {
            Effect::Record(_) => s.recorded(Ok(())),
            Effect::Put { batch, .. } => {
                sent.push(now);
                let mut busy = refuse(429).unwrap();
                busy.retry_after = Some("7".into());
                let ids: Vec<u8> = if batch == 0 { (0..100).collect() } else { (100..150).collect() };
                s.answered(batch, if sent.len() == 1 { Ok(busy) } else { success(&ids) }, now);
            }
            Effect::Sleep { millis } => {
                assert!(s.progress().waiting_until_ms.is_some());
                now += millis;
            }
            Effect::Finished => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sent.len(), 3);
    assert!(sent[1] - sent[0] >= 7_000, "{sent:?}");
}

#[test]
fn nothing_is_sent_without_a_journal() {
    let mut s = sender(vec![priced(1)]);
    assert!(matches!(s.next(START), Effect::Record(_)));
    s.recorded(Err("quota".into()));
    assert_eq!(s.next(START), Effect::Idle);
    assert_eq!(s.progress().halt, Some(Halt::NoJournal));
    s.resume();
    assert!(matches!(s.next(START), Effect::Record(_)));
}

#[test]
fn a_journal_that_fails_does_not_hold_back_a_cancel() {
    // The person cancels after the journal has failed, or it fails after the person has cancelled.
    for cancels_first in [false, true] {
        let mut now = START;
        let mut s = sender((0..150).map(priced).collect());
        while !matches!(s.next(now), Effect::Put { .. }) {
            s.recorded(Ok(()));
        }
        s.answered(0, success(&(0..100).collect::<Vec<_>>()), now);
        if cancels_first {
            s.cancel();
        }
        assert!(matches!(s.next(now), Effect::Record(_)));
        s.recorded(Err("quota".into()));
        if !cancels_first {
            assert_eq!(s.next(now), Effect::Idle);
            s.cancel();
        }
        for step in 0.. {
            now += 1;
            assert!(step < 20, "it does not end");
            match s.next(now) {
                Effect::Record(_) => s.recorded(Err("quota".into())),
                Effect::Finished => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((s.progress().done, s.progress().settled), (100, 150));
    }
}

#[test]
fn a_key_that_dies_after_a_cancel_does_not_hold_it_back() {
    let dead = || ApiError::Refused { status: 401, said: Said::default(), retry_after: None };
    for patch in [priced(1), codes(1, 2)] {
        let mut now = START;
        let mut s = sender(vec![patch, priced(2)]);
        loop {
            now += 1;
            match s.next(now) {
                Effect::Record(_) => s.recorded(Ok(())),
                Effect::Read { batch, ids, .. } => {
                    s.read(batch, ids.into_iter().map(|id| (id, Ok(Some(product(1, 10, 0))))).collect(), now);
                }
                Effect::Put { batch, .. } => {
                    s.cancel();
                    s.answered(batch, Err(Failure::BodyCut), now);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
        let told = run(&mut s, &mut now, |_, _| panic!("cancelled"), |_, _| Err(dead()));
        assert!(told.ends_with("end"), "{told}");
        assert!(s.progress().unknown >= 1);
    }
}

#[test]
fn a_late_answer_is_dropped_and_an_effect_is_handed_out_once() {
    let mut s = sender(vec![priced(1)]);
    assert!(matches!(s.next(START), Effect::Record(_)));
    assert_eq!(s.next(START), Effect::Wait);
    s.answered(0, success(&[1]), START);
    s.read(0, Vec::new(), START);
    assert_eq!(s.next(START), Effect::Wait);
    assert_eq!(fates(&s), ["not sent"]);
}

#[test]
fn cancelling_finishes_what_is_under_way_and_leaves_the_rest() {
    let mut now = START;
    let mut s = sender((0..150).map(priced).collect());
    while !matches!(s.next(now), Effect::Put { .. }) {
        s.recorded(Ok(()));
    }
    s.cancel();
    s.answered(0, success(&(0..100).collect::<Vec<_>>()), now);
    assert_eq!(run(&mut s, &mut now, |_, _| panic!("cancelled"), no_reading), "end");
    assert_eq!((s.progress().done, s.progress().settled), (100, 150));
    assert_eq!(fates(&s)[149], "not sent");
    assert_eq!(s.not_done().len(), 50);
}

#[test]
fn answers_are_judged() {
    let patch = priced(1);
    let one = |answer| judge(&[&patch], answer);
    assert!(matches!(one(success(&[1])), Verdict::Success(held) if held[0].is_some()));
    assert!(matches!(one(success(&[2])), Verdict::Success(held) if held[0].is_none()));
    let counted = reply(200, &format!(r#"{{"meta":{{"updated":0}},"data":[{{"_id":"{}"}}]}}"#, id(1)));
    assert!(matches!(one(counted), Verdict::Doubtful { transient: false, .. }));
    assert!(matches!(one(Err(Failure::Offline)), Verdict::NeverLeft));
    assert!(matches!(one(refuse(408)), Verdict::Doubtful { transient: true, .. }));
    assert!(matches!(one(refuse(413)), Verdict::Rejected { status: 413, .. }));
    assert!(matches!(one(refuse(413)), Verdict::Rejected { by_api: true, .. }));
    assert!(matches!(one(reply(413, "<h1>too large</h1>")), Verdict::Rejected { status: 413, by_api: false, .. }));
    let inside = |item: &str| reply(200, &format!(r#"{{"meta":{{"statusCode":207}},"data":[{item}]}}"#));
    for (item, status) in [
        (format!(r#"{{"productID":"{}","status":422,"error":"price is bad"}}"#, id(1)), 422),
        (format!(r#"{{"_id":"{}","status":"error","message":"price is bad"}}"#, id(1)), 200),
    ] {
        let Verdict::Rejected { status: said, words, named, .. } = one(inside(&item)) else { panic!("{item}") };
        assert_eq!((said, words.as_str(), named.as_slice()), (status, "price is bad", [0].as_slice()));
    }
    // What is no error is none.
    let fine = reply(200, &format!(r#"{{"data":[{{"_id":"{}","status":"active","price":20}}],"errors":[],"failed":0}}"#, id(1)));
    assert!(matches!(one(fine), Verdict::Success(_)));
    let mut busy = refuse(429).unwrap();
    busy.retry_after = Some("3".into());
    assert!(matches!(one(Ok(busy)), Verdict::Busy { asked: Some(RetryAfter::Seconds(3)), .. }));
}

#[test]
fn codes_are_hashed_once_they_are_settled() {
    let mut s = sender(vec![codes(1, 3)]);
    let mut now = START;
    let mut disk: Vec<(Slot, Vec<u8>)> = Vec::new();
    let mut reads = 0;
    loop {
        now += 1;
        match s.next(now) {
            Effect::Record(entries) => {
                for entry in entries {
                    disk.retain(|(slot, _)| *slot == Slot::Append || *slot != entry.slot());
                    disk.push((entry.slot(), entry.encode().unwrap()));
                }
                s.recorded(Ok(()));
            }
            Effect::Put { batch, .. } => {
                assert!(disk.iter().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains("SECRET-1-0")));
                s.answered(batch, success(&[1]), now);
            }
            Effect::Read { batch, .. } => {
                reads += 1;
                s.read(batch, vec![(id(1), Ok(Some(product(1, 10, if reads == 1 { 0 } else { 3 }))))], now);
            }
            Effect::Finished => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(!disk.iter().any(|(_, bytes)| String::from_utf8_lossy(bytes).contains("SECRET")));
    let run = Run::read(disk.iter().map(|(_, bytes)| bytes.as_slice()));
    assert_eq!(run.sent_hashes()[0], sha256(b"SECRET-1-0"));
    assert_eq!((run.closed, run.tally().settled), (true, 1));
}

#[test]
fn a_few_batches_of_fields_are_under_way_at_once_and_vouchers_alone() {
    let mut patches: Vec<_> = (0..250).map(priced_at).collect();
    patches.push(codes(255, 1));
    let mut s =
        Sender::new(About::default(), plan(patches), Vec::new(), Limits { looks_first: false, ..Limits::DEFAULT }, 1, START);
    let mut flying = Vec::new();
    for now in START.. {
        match s.next(now) {
            Effect::Record(_) => s.recorded(Ok(())),
            Effect::Put { batch, .. } => flying.push(batch),
            Effect::Wait if flying.is_empty() => panic!("it waits for nothing"),
            Effect::Wait => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(flying, [0, 1, 2], "the vouchers wait for the fields");
    assert!(fates(&s)[..250].iter().all(|fate| fate == "unknown"), "on its way is not \"not sent\"");
    assert_eq!(fates(&s)[250], "not sent");
}

fn priced_at(n: u16) -> ProductPatch {
    let mut bytes = [0xcc; 12];
    bytes[..2].copy_from_slice(&n.to_be_bytes());
    ProductPatch { price: Edit::Set(Price::whole(20)), ..ProductPatch::nothing(ProductId::from_bytes(bytes)) }
}

#[test]
fn what_somebody_else_changed_meanwhile_is_held_back() {
    // (held just before sending, archived then, the story, the fate)
    for (held, archived, story, fate) in [
        (10, false, "R1 P1 end", "done"),
        (15, false, "R1 end", "not sent"),
        (20, false, "R1 end", "unchanged"),
        (10, true, "R1 end", "not sent"),
    ] {
        let mut now = START;
        let live = Product { is_archived: Some(false), ..product(1, 10, 0) };
        let before = Before { seen: crate::review::Seen::of(&priced(1), &live), ..Before::nothing(id(1)) };
        let mut s = Sender::new(About::default(), plan(vec![priced(1)]), vec![before], Limits::default(), 1, START);
        let told = run(
            &mut s,
            &mut now,
            |_, _| success(&[1]),
            |_, _| Ok(Some(Product { is_archived: Some(archived), ..product(1, held, 0) })),
        );
        assert_eq!((told.as_str(), fates(&s)[0].as_str()), (story, fate), "{held} {archived}");
    }
}

#[test]
fn a_damaged_journal_is_never_guessed_at() {
    let mut s = sender(vec![priced(1), codes(2, 1)]);
    let Effect::Record(entries) = s.next(START) else { panic!("it begins with a record") };
    let mut bytes: Vec<Vec<u8>> = entries.iter().map(|entry| entry.encode().unwrap()).collect();
    assert_eq!(Run::read(bytes.iter().map(Vec::as_slice)).tally().not_sent, 2);
    bytes.push(vec![99, 1, 2]);
    let run = Run::read(bytes.iter().map(Vec::as_slice));
    assert_eq!((run.unreadable, run.tally().unknown), (1, 2), "what cannot be read may have said that they were sent");
    assert_eq!(Entry::decode(&[99]), Err(Unreadable::Version(99)));
    assert_eq!(Entry::decode(&[]), Err(Unreadable::Damaged));
    bytes.remove(1);
    assert_eq!(Run::read(bytes.iter().map(Vec::as_slice)).missing, 1);
}

proptest! {
    #[test]
    fn no_bytes_make_the_journal_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), version in any::<bool>()) {
        let mut bytes = bytes;
        if version {
            bytes.insert(0, super::journal::VERSION);
        }
        let _ = Entry::decode(&bytes);
        let run = Run::read([bytes.as_slice()]);
        let mut sender = Sender::resumed(run, Limits::default(), 1, START);
        let _ = (sender.next(START), sender.lines(), sender.progress());
    }
}

#[test]
fn what_is_known_of_the_fields_is_kept_where_the_codes_are_unknown() {
    let both = ProductPatch { price: Edit::Set(Price::whole(20)), ..codes(1, 3) };
    let mut now = START;
    let mut s = sender(vec![both.clone()]);
    // The price has arrived, and one code of three.
    let told = run(
        &mut s,
        &mut now,
        |_, _| Err(Failure::Network),
        |read, _| Ok(Some(if read == 0 { product(1, 10, 5) } else { product(1, 20, 6) })),
    );
    assert!(told.ends_with("end"), "{told}");
    let lines = s.lines();
    let Fate::Unknown { reason: Doubt::Codes(doubt) } = &lines[0].fate else { panic!("{lines:?}") };
    assert_eq!(**doubt, Doubt::StockOff { sent: 3, added: 1 });
    assert_eq!(s.undoable().map(|(patch, ..)| patch.price.clone()).collect::<Vec<_>>(), [both.price]);
}

#[test]
fn what_the_answer_leaves_out_is_read_where_the_store_shows_it() {
    let thin = || reply(200, &format!(r#"{{"meta":{{"statusCode":200,"updated":1}},"data":[{{"_id":"{}"}}]}}"#, id(1)));
    let nothing_shown = || Product { stocks: Some(5), ..Product::unknown(id(1)) };
    // (what the reading shows, the story, the fate)
    for (held, story, fate) in [
        (product(1, 20, 5), "P1 R1 end", "done"),
        (product(1, 15, 5), "P1 R1 P1 R1 P1 R1 P1 R1 end", "done, but differs"),
        (nothing_shown(), "P1 R1 end", "done"),
    ] {
        let mut now = START;
        let mut s = sender(vec![priced(1)]);
        let told = run(&mut s, &mut now, |_, _| thin(), |_, _| Ok(Some(held.clone())));
        assert_eq!((told.as_str(), fates(&s)[0].as_str()), (story, fate));
    }
    // It was never shown: then the answer is all there is.
    let mut now = START;
    let mut s = Sender::new(About::default(), plan(vec![priced(1)]), vec![Before::nothing(id(1))], BLIND, 1, START);
    assert_eq!(run(&mut s, &mut now, |_, _| thin(), no_reading), "P1 end");
    assert_eq!(fates(&s), ["done"]);
}
