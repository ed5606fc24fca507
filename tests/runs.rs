//! What surrounds sending: what has to be confirmed, what is kept, what is gone on with, what is taken back, and what it all
//! costs in requests. The engine is the real one; see `support/world.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
#![allow(clippy::cast_possible_truncation)]

#[path = "support/world.rs"]
mod world;

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;
use storekeeper::api::{Method, Response};
use storekeeper::domain::{ColumnId, Price, Product};
use storekeeper::engine::protocol::{
    BackToFile, BackupFile, CancelSending, CheckAgain, CloseRun, DeleteRun, Ending, FateKind, GoOn, GuardLimits, LineView, Lines,
    NotDoneFile, OpenRun, Overview, PauseSending, ReportSummary, ResumeSending, ReviewBy, ReviewSummary, Runs, Send, SendState,
    Stage, TakeBack, TroubleKind, UndoFile, UseLimits, WipeCodes,
};
use world::World;

fn active(world: &World, count: usize) -> Vec<Product> {
    let service = world.service.borrow();
    service.products().filter(|product| product.is_archived == Some(false)).take(count).cloned().collect()
}

fn priced(products: &[Product], price: impl Fn(usize) -> usize) -> String {
    let mut csv = String::from("Product ID,Price\n");
    for (index, product) in products.iter().enumerate() {
        writeln!(csv, "{},{}", product.id, price(index)).unwrap();
    }
    csv
}

fn coded(products: &[Product], run: &str) -> String {
    let mut csv = String::from("Product ID,Vouchers,Voucher Expire Date\n");
    for (index, product) in products.iter().enumerate() {
        writeln!(csv, "{},{run}-{index}-A|{run}-{index}-B,2029-12-31", product.id).unwrap();
    }
    csv
}

fn count(summary: &ReportSummary, fate: FateKind) -> u32 {
    summary.counts.iter().find(|(kind, _)| *kind == fate).map_or(0, |(_, count)| *count)
}

fn lines(world: &mut World) -> Vec<LineView> {
    world.ask(Lines { fate: None, from: 0, count: 200 }).lines
}

fn reviewed(world: &mut World) -> ReviewSummary {
    world.until(|stage| match stage {
        Stage::Reviewing(summary) => Some((**summary).clone()),
        _ => None,
    })
}

fn price_of(world: &World, product: &Product) -> String {
    world.service.borrow().product(product.id).unwrap().price.unwrap().to_string()
}

#[test]
fn a_run_that_was_cut_off_goes_on_from_proof() {
    let mut world = World::with_products(1_500);
    world.connect();
    let products = active(&world, 1_050);
    world.drop_file("many.csv", priced(&products, |n| 5_000 + n).as_bytes());
    let review = world.review();
    world.send(&review);
    for _ in 0..10_000 {
        if world.puts().len() >= 5 {
            break;
        }
        assert!(world.step());
    }
    let (service, journal) = (Rc::clone(&world.service), Rc::clone(&world.journal));
    drop(world);
    let others = products[1_040].id;
    service.borrow_mut().edit(others, |product| product.price = Some(Price::whole(77)));

    let mut world = World::around(service, journal);
    let Stage::Done(report) = world.ask(Overview {}).stage else { panic!("no report") };
    assert_eq!(report.ending, Ending::Interrupted);
    assert!(!report.can_go_on, "no store is connected");
    assert_eq!(world.ask(GoOn {}).unwrap_err().kind, TroubleKind::NotNow);
    let done = count(&report, FateKind::Changed);
    world.connect();
    world.until(|stage| matches!(stage, Stage::Done(report) if report.can_go_on).then_some(()));
    world.ask(GoOn {}).unwrap();
    assert_eq!(world.ask(GoOn {}).unwrap_err().kind, TroubleKind::NotNow, "F31: pressed twice");
    let report = world.report();
    assert_eq!(report.ending, Ending::Finished);
    assert_eq!((count(&report, FateKind::Changed), count(&report, FateKind::NotSent)), (1_049, 1), "{report:?}");
    let held = lines_of(&mut world, FateKind::NotSent);
    assert!(held[0].words.contains("changed by somebody else") || held[0].words.contains("Changed by somebody else"), "{held:?}");
    assert_eq!(price_of(&world, &products[1_040]), "77", "nobody's work is overwritten");
    assert!(world.puts().len() <= 10, "{} done before, {} requests after", done, world.puts().len());
    // What did not make it comes back in as it is.
    let file = world.ask(NotDoneFile {}).unwrap();
    let summary = world.drop_file(&file.name, file.text.as_bytes());
    assert_eq!((summary.products, summary.errors), (1, 0));
}

#[test]
fn a_closed_run_that_is_gone_on_with_is_shown_again_when_it_is_cut_off_again() {
    let mut world = World::with_products(500);
    world.connect();
    let products = active(&world, 350);
    world.drop_file("many.csv", priced(&products, |n| 5_000 + n).as_bytes());
    let review = world.review();
    world.send(&review);
    let dies_after = |mut world: World, puts: usize| {
        for _ in 0..10_000 {
            if world.puts().len() >= puts {
                break;
            }
            assert!(world.step());
        }
        World::around(Rc::clone(&world.service), Rc::clone(&world.journal))
    };
    let mut world = dies_after(world, 2);
    let Stage::Done(report) = world.ask(Overview {}).stage else { panic!("no report") };
    assert!(report.is_unfinished && !report.can_go_on && !report.is_connected, "{report:?}");
    assert!(report.not_done > 0 && report.undoable == count(&report, FateKind::Changed), "{report:?}");
    world.ask(CloseRun {});
    assert!(matches!(
        World::around(Rc::clone(&world.service), Rc::clone(&world.journal)).ask(Overview {}).stage,
        Stage::Choosing { .. }
    ));
    world.connect();
    world.ask(OpenRun { run: report.run.clone() }).unwrap();
    assert_eq!(world.report().run, report.run);
    world.until(|stage| matches!(stage, Stage::Done(report) if report.can_go_on && report.is_connected).then_some(()));
    world.ask(GoOn {}).unwrap();
    world.until(|stage| matches!(stage, Stage::Sending(progress) if progress.run == report.run).then_some(()));
    let mut world = dies_after(world, 1);
    let Stage::Done(cut) = world.ask(Overview {}).stage else { panic!("it is not shown") };
    assert_eq!((cut.run.as_str(), &cut.ending), (report.run.as_str(), &Ending::Interrupted));
    world.connect();
    world.until(|stage| matches!(stage, Stage::Done(report) if report.can_go_on).then_some(()));
    world.ask(CheckAgain {}).unwrap();
    assert_eq!(world.report().ending, Ending::Interrupted, "looking does not end it otherwise");
    world.ask(GoOn {}).unwrap();
    let report = world.report();
    assert_eq!((report.ending, report.is_unfinished, report.not_done), (Ending::Finished, false, 0));
    let mut world = World::around(Rc::clone(&world.service), Rc::clone(&world.journal));
    let Stage::Done(report) = world.ask(Overview {}).stage else { panic!("no report") };
    assert_eq!((report.ending.clone(), count(&report, FateKind::Changed)), (Ending::Finished, 350), "also after a reload");
}

fn lines_of(world: &mut World, fate: FateKind) -> Vec<LineView> {
    world.ask(Lines { fate: Some(fate), from: 0, count: 200 }).lines
}

#[test]
fn what_deserves_a_second_look_is_confirmed_by_typing_it() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 3);
    world.drop_file("free.csv", priced(&products, |_| 0).as_bytes());
    let review = world.review();
    let phrase = review.phrase.clone().unwrap();
    assert!(phrase.contains("3 products") && phrase.contains("store.example"), "{phrase}");
    assert!(phrase.contains(review.place.community.as_deref().unwrap()), "{phrase}");
    for typed in ["", "yes", &phrase[..phrase.len() - 1]] {
        let refused = world.ask(Send { token: review.token, typed: typed.into(), in_this_tab: false }).unwrap_err();
        assert!(refused.cure.contains(&phrase), "{refused:?}");
    }
    assert!(world.puts().is_empty());
    world.ask(Send { token: review.token, typed: format!("  {} ", phrase.to_uppercase()), in_this_tab: false }).unwrap();
    assert_eq!(count(&world.report(), FateKind::Changed), 3);
}

#[test]
fn a_browser_that_keeps_nothing_sends_only_while_the_tab_stays_open_and_the_person_says_so() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 3);
    world.drop_file("a.csv", priced(&products, |n| 500 + n).as_bytes());
    let review = world.review();
    let typed = review.phrase.clone().unwrap_or_default();
    world.hands.journal_full.set(true);
    let send = |in_this_tab| Send { token: review.token, typed: typed.clone(), in_this_tab };
    assert_eq!(world.ask(send(false)).unwrap_err().kind, TroubleKind::NoJournal);
    assert!(world.puts().is_empty(), "nothing leaves without a journal");
    world.ask(send(true)).unwrap();
    let report = world.report();
    assert_eq!((count(&report, FateKind::Changed), report.is_in_tab), (3, true));
    assert_eq!(world.puts().len(), 1);
    // As good as any other run, as long as the tab lives.
    world.ask(CloseRun {});
    assert_eq!(world.ask(Runs {}).unwrap().iter().map(|run| &run.run).collect::<Vec<_>>(), [&report.run]);
    world.ask(OpenRun { run: report.run.clone() }).unwrap();
    assert!(world.report().is_in_tab);
    assert_eq!(world.ask(TakeBack {}).unwrap().products, 3);
    world.ask(DeleteRun { run: report.run }).unwrap();
    assert_eq!(world.ask(Runs {}).unwrap(), []);
    assert!(world.journal.borrow().is_empty(), "nothing of it was written down");
}

#[test]
fn limits_and_columns_are_the_persons_and_cost_no_request() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 4);
    let mut csv = String::from("Product ID,Name,Price\n");
    for product in &products {
        let price = product.price.unwrap().to_string().parse::<f64>().unwrap();
        writeln!(csv, "{},New {},{}", product.id, product.id, (price * 1.2).ceil()).unwrap();
    }
    world.drop_file("a.csv", csv.as_bytes());
    let first = world.review();
    assert_eq!(first.phrase, None, "{:?}", first.guards);
    let read = world.requests.borrow().len();
    let limits = GuardLimits { price_move_percent: 5, ..first.limits };
    world.ask(ReviewBy { limits, scope: None }).unwrap();
    let strict = reviewed(&mut world);
    assert!(strict.phrase.is_some() && strict.token != first.token, "{strict:?}");
    assert_eq!(
        world.ask(Send { token: first.token, typed: String::new(), in_this_tab: false }).unwrap_err().kind,
        TroubleKind::NotNow
    );
    world.ask(ReviewBy { limits: first.limits, scope: Some(vec![ColumnId::Name]) }).unwrap();
    let names = reviewed(&mut world);
    assert_eq!(names.by_column, [(ColumnId::Name, 4)]);
    assert_eq!(names.scope, Some(vec![ColumnId::Name]));
    assert_eq!(world.requests.borrow().len(), read, "the store is not asked again");
    world.send(&names);
    assert_eq!(count(&world.report(), FateKind::Changed), 4);
    for product in &products {
        let now = world.service.borrow().product(product.id).cloned().unwrap();
        assert_eq!((now.price, now.name), (product.price, Some(format!("New {}", product.id))), "the price is locked");
    }
}

#[test]
fn what_is_locked_is_counted_named_and_not_sent() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 4);
    let mut csv = String::from("Product ID,Name,Price,Vouchers,Voucher Expire Date,Permission Type,Roles\n");
    for (n, product) in products.iter().enumerate() {
        // The last one would change in its name only, the third is as it is already.
        let price = if n == 0 { "4999" } else { "" };
        let codes = if n == 1 { "LOCK-1,2030-01-01" } else { "," };
        let name = if n == 2 { product.name.clone().unwrap() } else { format!("New {n}") };
        writeln!(csv, "{},{name},{price},{codes},,", product.id).unwrap();
    }
    world.drop_file("a.csv", csv.as_bytes());
    let first = world.review();
    let parts = |review: &ReviewSummary| -> Vec<(Vec<ColumnId>, u32)> {
        review.parts.iter().map(|part| (part.columns.clone(), part.products)).collect()
    };
    let all = [
        (vec![ColumnId::Name], 3),
        (vec![ColumnId::Price], 1),
        (vec![ColumnId::Vouchers, ColumnId::VoucherExpireDate], 1),
        (vec![ColumnId::PermissionType, ColumnId::Roles], 0),
    ];
    assert_eq!(parts(&first), all);
    assert_eq!((first.changing, first.unchanged, first.locked), (3, 1, 0));
    assert!(first.parts.iter().all(|part| first.is_allowed(part)));
    world.ask(ReviewBy { limits: first.limits, scope: Some(vec![ColumnId::Price]) }).unwrap();
    let prices = reviewed(&mut world);
    assert_eq!(parts(&prices), all, "what would change stays the same, whatever is locked");
    assert_eq!((prices.changing, prices.unchanged, prices.locked, prices.codes), (1, 1, 2, 0));
    assert_eq!(prices.parts.iter().map(|part| prices.is_allowed(part)).collect::<Vec<_>>(), [false, true, false, false]);
    world.send(&prices);
    let report = world.report();
    assert_eq!(
        (count(&report, FateKind::Changed), count(&report, FateKind::Unchanged), count(&report, FateKind::NotSent)),
        (1, 1, 2)
    );
    assert!(lines(&mut world)[3].words.contains("locked"), "{:?}", lines(&mut world));
    assert_eq!(world.service.borrow().product(products[1].id).unwrap().stocks, products[1].stocks, "no code was added");
}

#[test]
fn what_cannot_be_compared_or_set_back_is_counted() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 3);
    for product in &products {
        world.service.borrow_mut().edit(product.id, |product| product.discount_price = Some(None));
    }
    // A list that does not show permissions, and neither does a product read by itself.
    world.fault(|_, request, handle| {
        (request.method == Method::Get).then(|| {
            let whole = handle(request.clone());
            let body = String::from_utf8(whole.body.clone()).unwrap().replace("\"productPermission\"", "\"notShown\"");
            Ok(Response { body: body.into_bytes(), ..whole })
        })
    });
    let mut csv = String::from("Product ID,Discount Price,Permission Type,Roles\n");
    for (n, product) in products.iter().enumerate() {
        writeln!(csv, "{},{},{}", product.id, n + 1, if n < 2 { "role,VIP" } else { "," }).unwrap();
    }
    world.drop_file("a.csv", csv.as_bytes());
    let review = world.review();
    assert_eq!(review.not_shown, [(ColumnId::PermissionEnabled, 2)]);
    assert_eq!(review.not_reversible, [(ColumnId::DiscountPrice, 3), (ColumnId::PermissionEnabled, 2)]);
    world.ask(ReviewBy { limits: review.limits, scope: Some(vec![ColumnId::DiscountPrice]) }).unwrap();
    let locked = reviewed(&mut world);
    assert_eq!((locked.not_shown, locked.not_reversible), (vec![], vec![(ColumnId::DiscountPrice, 3)]));
}

#[test]
fn limits_are_for_every_comparison_from_then_on() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 2);
    let dearer = |n: usize| (products[n].price.unwrap().to_string().parse::<f64>().unwrap() * 1.2).ceil() as usize;
    world.drop_file("a.csv", priced(&products, dearer).as_bytes());
    let limits = GuardLimits { price_move_percent: 5, ..GuardLimits::default() };
    world.ask(UseLimits { limits });
    let strict = world.review();
    assert_eq!((strict.limits, strict.guards.len()), (limits, 1), "{:?}", strict.guards);
    assert!(strict.guards[0].words.contains("2 products") && strict.guards[0].examples.len() == 2, "{:?}", strict.guards);
    world.ask(ReviewBy { limits: GuardLimits::default(), scope: None }).unwrap();
    assert_eq!(reviewed(&mut world).guards, []);
    world.ask(BackToFile {}).unwrap();
    assert_eq!(world.review().limits, GuardLimits::default(), "what was chosen last");
}

#[test]
fn old_values_are_kept_and_set_back_but_not_over_somebody_elses_work() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 5);
    let mut csv = String::from("Product ID,Name,Price,Vouchers,Voucher Expire Date\n");
    for (n, product) in products.iter().enumerate() {
        writeln!(csv, "{},New {n},{},{}", product.id, 5_000 + n, if n == 4 { "LAST-1,2030-01-01" } else { "," }).unwrap();
    }
    world.drop_file("spring.csv", csv.as_bytes());
    let review = world.review();
    let (undo, backup) = (world.ask(UndoFile {}).unwrap(), world.ask(BackupFile {}).unwrap());
    assert_eq!((undo.name.as_str(), backup.name.as_str()), ("spring undo.csv", "spring backup.csv"));
    assert!(!undo.text.contains("LAST-1") && !backup.text.contains("LAST-1"));
    world.send(&review);
    assert_eq!(count(&world.report(), FateKind::Changed), 5);
    // The same files from the run itself, also after a reload.
    assert_eq!(world.ask(UndoFile {}).unwrap(), undo);
    let mut world = World::around(Rc::clone(&world.service), Rc::clone(&world.journal));
    world.ask(Overview {});
    world.connect();
    assert_eq!(world.ask(UndoFile {}).unwrap(), undo);
    assert_eq!(world.ask(BackupFile {}).unwrap(), backup);
    // Two were edited since: one in what was changed, one in something else.
    world.service.borrow_mut().edit(products[0].id, |product| product.price = Some(Price::whole(1)));
    world.service.borrow_mut().edit(products[1].id, |product| product.description = Some("<p>theirs</p>".into()));
    let taken_back = world.ask(TakeBack {}).unwrap();
    assert_eq!((taken_back.products, taken_back.left_alone, taken_back.codes), (5, 1, 1), "{taken_back:?}");
    assert_eq!(taken_back.edited, [format!("{}: Price", products[0].name.as_deref().unwrap())]);
    world.until(|stage| match stage {
        Stage::Checked(summary) => {
            assert_eq!((summary.errors, summary.products), (0, 5));
            Some(())
        }
        _ => None,
    });
    let review = world.review();
    assert_eq!((review.changing, review.codes), (5, 0));
    world.send(&review);
    assert_eq!(count(&world.report(), FateKind::Changed), 5);
    for (n, product) in products.iter().enumerate() {
        let now = world.service.borrow().product(product.id).cloned().unwrap();
        let was = if n == 0 { Some(Price::whole(1)) } else { product.price };
        assert_eq!(now.price, was, "{n}");
        assert_eq!(now.name, product.name, "the other field of what somebody edited is set back");
        assert_eq!(now.description.as_deref() == Some("<p>theirs</p>"), n == 1);
    }
    // The backup comes back in, too: by then it differs only in what somebody else has changed.
    world.ask(CloseRun {});
    let summary = world.drop_file(&backup.name, backup.text.as_bytes());
    assert_eq!((summary.errors, summary.products), (0, 5));
    assert_eq!(world.review().changing, 2);
}

#[test]
fn what_was_cancelled_can_be_gone_on_with_also_after_a_reload() {
    for reloads in [false, true] {
        let mut world = World::with_products(700);
        world.connect();
        let products = active(&world, 520);
        world.drop_file("many.csv", priced(&products, |n| 5_000 + n).as_bytes());
        let review = world.review();
        world.send(&review);
        while world.puts().is_empty() {
            assert!(world.step());
        }
        world.ask(CancelSending {});
        let report = world.report();
        assert_eq!((&report.ending, report.can_go_on), (&Ending::Cancelled, true), "{report:?}");
        let sent = world.puts().len();
        assert!(count(&report, FateKind::NotSent) >= 100, "{report:?}");
        let mut world = if reloads { World::around(Rc::clone(&world.service), Rc::clone(&world.journal)) } else { world };
        if reloads {
            let Stage::Done(report) = world.ask(Overview {}).stage else { panic!("no report") };
            assert_eq!(report.ending, Ending::Cancelled);
            world.connect();
        }
        world.until(|stage| matches!(stage, Stage::Done(report) if report.can_go_on).then_some(()));
        world.ask(GoOn {}).unwrap();
        let report = world.report();
        assert_eq!((&report.ending, count(&report, FateKind::Changed)), (&Ending::Finished, 520), "{report:?}");
        assert_eq!(world.puts().len() + if reloads { sent } else { 0 }, 6, "each batch once");
        let mut world = World::around(Rc::clone(&world.service), Rc::clone(&world.journal));
        let Stage::Done(report) = world.ask(Overview {}).stage else { panic!("no report") };
        assert_eq!((&report.ending, report.requests), (&Ending::Finished, 6), "also after a reload");
    }
}

#[test]
fn a_run_of_which_nothing_can_be_taken_back_says_who_was_there_and_what_stays() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 2);
    let mut csv = String::from("Product ID,Price,Vouchers,Voucher Expire Date\n");
    writeln!(csv, "{},5000,,\n{},5001,LAST-1,2030-01-01", products[0].id, products[1].id).unwrap();
    world.drop_file("spring.csv", csv.as_bytes());
    let review = world.review();
    world.send(&review);
    world.report();
    for product in &products {
        world.service.borrow_mut().edit(product.id, |product| product.price = Some(Price::whole(1)));
    }
    let refused = world.ask(TakeBack {}).unwrap_err();
    for product in &products {
        assert!(refused.what.contains(product.name.as_deref().unwrap()), "{refused:?}");
    }
    assert!(
        refused.what.contains("were edited since") && refused.what.contains("1 voucher code that it added stays"),
        "{refused:?}"
    );
    assert!(matches!(world.stage(), Some(Stage::Done(_))), "the report is still there");
}

#[test]
fn past_runs_are_listed_shown_and_deleted_and_their_codes_wiped() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 3);
    for (name, csv) in [("prices.csv", priced(&products, |n| 5_000 + n)), ("codes.csv", coded(&products, "X"))] {
        world.drop_file(name, csv.as_bytes());
        let review = world.review();
        if name == "codes.csv" {
            // Refused, so that the codes may still be needed.
            world.fault(|_, request, _| (request.method == Method::Put).then(|| Ok(world::refusal(400, "no"))));
        }
        world.send(&review);
        world.report();
        world.later(1_000);
        world.ask(CloseRun {});
    }
    assert!(matches!(world.ask(Overview {}).stage, Stage::Choosing { .. }), "closed reports are not shown by themselves");
    let mut fresh = World::around(Rc::clone(&world.service), Rc::clone(&world.journal));
    assert!(matches!(fresh.ask(Overview {}).stage, Stage::Choosing { .. }));
    let runs = fresh.ask(Runs {}).unwrap();
    assert_eq!(runs.iter().map(|run| (run.file.as_str(), run.codes)).collect::<Vec<_>>(), [("codes.csv", 6), ("prices.csv", 0)]);
    assert!(runs.iter().all(|run| run.bytes > 100 && run.ending == Ending::Finished && !run.is_elsewhere));
    fresh.ask(OpenRun { run: runs[1].run.clone() }).unwrap();
    assert_eq!(count(&fresh.report(), FateKind::Changed), 3);
    assert_eq!(fresh.ask(WipeCodes {}).unwrap(), 6);
    let bytes: Vec<u8> = fresh.journal.borrow().values().flatten().copied().collect();
    assert!(!bytes.windows(4).any(|part| part == b"X-0-"), "no code is left in the browser");
    assert_eq!(fresh.ask(Runs {}).unwrap()[0].codes, 0);
    for run in runs {
        fresh.ask(DeleteRun { run: run.run.clone() }).unwrap();
        assert_eq!(fresh.ask(OpenRun { run: run.run }).unwrap_err().kind, TroubleKind::NotFound);
    }
    assert!(fresh.journal.borrow().is_empty());
}

#[test]
fn codes_that_were_sent_before_are_known_by_their_hashes() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 2);
    let csv = coded(&products, "ONCE");
    world.drop_file("codes.csv", csv.as_bytes());
    let review = world.review();
    assert_eq!(review.phrase, None);
    world.send(&review);
    assert_eq!(count(&world.report(), FateKind::Changed), 2);
    world.ask(CloseRun {});
    world.drop_file("again.csv", csv.as_bytes());
    let again = world.review();
    assert!(
        again.phrase.is_some() && again.guards.iter().any(|guard| guard.words.contains("sent from this browser before")),
        "{again:?}"
    );
}

#[test]
fn f36_what_somebody_else_changed_after_the_review_is_held_back_and_said() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 4);
    world.drop_file("a.csv", priced(&products, |n| 5_000 + n).as_bytes());
    let review = world.review();
    world.service.borrow_mut().edit(products[1].id, |product| product.price = Some(Price::whole(42)));
    world.service.borrow_mut().edit(products[2].id, |product| product.is_archived = Some(true));
    world.service.borrow_mut().edit(products[3].id, |product| product.name = Some("Theirs".into()));
    world.send(&review);
    let held_back = std::cell::Cell::new(0);
    let report = world.until(|stage| match stage {
        Stage::Sending(progress) => {
            held_back.set(progress.held_back.max(held_back.get()));
            None
        }
        Stage::Done(report) => Some((**report).clone()),
        _ => None,
    });
    assert_eq!(held_back.get(), 2, "told while it is sent");
    let told: Vec<_> = lines(&mut world).iter().map(|line| line.fate).collect();
    assert_eq!(told, [FateKind::Changed, FateKind::NotSent, FateKind::NotSent, FateKind::Changed], "{report:?}");
    assert!(lines(&mut world)[1].words.contains("Price is 42 now"), "{:?}", lines(&mut world)[1]);
    assert_eq!(price_of(&world, &products[1]), "42");
}

#[test]
fn requests_are_as_few_as_the_limits_allow() {
    eprintln!("| products | with codes | reading | looking | PUT |");
    for count in [1usize, 100, 101, 10_000] {
        for with_codes in [false, true] {
            let mut world = World::with_products(count + count / 4 + 30);
            world.hands.latency.set(1);
            world.connect();
            let products = active(&world, count);
            let csv = if with_codes { coded(&products, "C") } else { priced(&products, |n| 5_000 + n) };
            world.drop_file("a.csv", csv.as_bytes());
            let before = world.requests.borrow().len();
            let review = world.review();
            let reading = world.requests.borrow().len() - before;
            world.send(&review);
            let report = world.report();
            assert_eq!(report.counts.iter().find(|(fate, _)| *fate == FateKind::Changed).unwrap().1, count as u32);
            let puts = world.puts().len();
            let looks = world.requests.borrow().len() - before - reading - puts;
            eprintln!("| {count} | {with_codes} | {reading} | {looks} | {puts} |");
            let pages =
                world.service.borrow().products().filter(|product| product.is_archived == Some(false)).count().div_ceil(100);
            assert!(reading <= pages.min(count), "{reading} to read {count} of {pages} pages");
            let batches = if with_codes { count.div_ceil(10) } else { count.div_ceil(100) };
            assert_eq!(puts, batches);
            // One look a batch before, and with codes one after: the stock.
            assert!(looks <= batches * if with_codes { 2 } else { 1 } + batches / 10, "{looks} looks for {batches} batches");
        }
    }
}

#[test]
fn what_the_host_allows_is_used() {
    for (rate, many) in [(1u64, 5_000), (2, 8_000)] {
        let mut world = World::with_products(many * 5 / 4);
        world.hands.latency.set(100);
        world.connect();
        let products = active(&world, many);
        let many = products.len() as u32;
        world.drop_file("a.csv", priced(&products, |n| 5_000 + n).as_bytes());
        // So many requests in each second of the host's own clock; beyond, 429 and no word of how long to wait.
        let log: Rc<RefCell<Vec<u64>>> = Rc::default();
        let (seen, clock) = (Rc::clone(&log), Rc::clone(&world.hands));
        world.fault(move |_, _, _| {
            use storekeeper::engine::hands::Hands;
            let second = clock.now() / 1_000;
            let mut seen = seen.borrow_mut();
            if seen.iter().rev().take_while(|at| **at == second).count() as u64 >= rate {
                return Some(Ok(world::refusal(429, "slow down")));
            }
            seen.push(second);
            None
        });
        use storekeeper::engine::hands::Hands;
        let start = world.hands.now();
        let review = world.review();
        world.send(&review);
        let report = world.report();
        assert_eq!(count(&report, FateKind::Changed), many, "{report:?}");
        let seconds = (world.hands.now() - start) as f64 / 1_000.0;
        let share = log.borrow().len() as f64 / seconds / rate as f64;
        if share < 0.95 {
            eprintln!("{:?}", log.borrow());
        }
        eprintln!("{rate}/s: {} requests in {seconds:.1} s: {:.1} % of it", log.borrow().len(), share * 100.0);
        assert!(share >= 0.95, "{rate}/s: {share}");
    }
}

#[test]
fn f38_f40_cancel_takes_effect_within_a_second() {
    let mut world = World::with_products(2_000);
    world.connect();
    let products = active(&world, 1_500);
    world.drop_file("a.csv", priced(&products, |n| 5_000 + n).as_bytes());
    let review = world.review();
    world.fault(|number, request, _| {
        let busy = || Response { retry_after: Some("60".into()), ..world::refusal(429, "wait a minute") };
        (request.method == Method::Put && number % 3 == 0).then(|| Ok(busy()))
    });
    world.send(&review);
    world.until(|stage| match stage {
        Stage::Sending(progress) => matches!(progress.state, SendState::Waiting { .. }).then_some(()),
        _ => None,
    });
    use storekeeper::engine::hands::Hands;
    let (at, puts) = (world.hands.now(), world.puts().len());
    world.ask(storekeeper::engine::protocol::CancelSending {});
    let report = world.report();
    assert_eq!(report.ending, Ending::Cancelled);
    assert!(world.hands.now() - at <= 1_000, "{} ms", world.hands.now() - at);
    assert_eq!(world.puts().len(), puts, "nothing leaves after a cancel");
    assert_eq!(count(&report, FateKind::Unknown), 0);
}

#[test]
fn a_pause_takes_effect_within_a_second_and_says_what_is_on_its_way() {
    use storekeeper::engine::hands::Hands;
    let mut world = World::with_products(4_000);
    world.hands.latency.set(300);
    world.connect();
    let products = active(&world, 3_000);
    world.drop_file("a.csv", priced(&products, |n| 5_000 + n).as_bytes());
    let review = world.review();
    world.send(&review);
    let progress = |stage: &Stage| match stage {
        Stage::Sending(progress) => Some((**progress).clone()),
        _ => None,
    };
    let begun = world.until(|stage| progress(stage).filter(|progress| progress.done >= 600 && progress.on_its_way > 0));
    assert!(begun.per_minute.is_none_or(|rate| rate > 1_000), "{begun:?}");
    let (at, puts) = (world.hands.now(), world.puts().len());
    world.ask(PauseSending {});
    let paused = world.until(|stage| progress(stage).filter(|progress| progress.state == SendState::Paused));
    assert!(paused.on_its_way > 0, "{paused:?}");
    world.until(|stage| progress(stage).filter(|progress| progress.on_its_way == 0));
    assert!(world.hands.now() - at <= 1_000, "{} ms", world.hands.now() - at);
    assert_eq!(world.puts().len(), puts, "nothing leaves after a pause");
    // An hour's rest is nobody's slowness.
    world.later(3_600_000);
    let at = world.hands.now();
    world.ask(ResumeSending {});
    world.until(|stage| progress(stage).filter(|progress| progress.on_its_way > 0));
    assert!(world.hands.now() - at <= 1_000, "{} ms", world.hands.now() - at);
    let slowest = std::cell::Cell::new(u32::MAX);
    let report = world.until(|stage| {
        let rate = progress(stage).and_then(|progress| progress.per_minute);
        slowest.set(slowest.get().min(rate.unwrap_or(u32::MAX)));
        if let Stage::Done(report) = stage { Some((**report).clone()) } else { None }
    });
    assert!((1_000..u32::MAX).contains(&slowest.get()), "{} a minute", slowest.get());
    assert_eq!(count(&report, FateKind::Changed), 3_000);
}
