//! The store's settings, read and saved by the real engine in a native world: what is sent, what every answer comes to, and
//! what happens when somebody else saves meanwhile.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop where it stands, and so may its helpers"
)]

#[path = "support/world.rs"]
mod world;

use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use storekeeper::api::{Failure, Method, Request, Response};
use storekeeper::domain::settings::{SettingChange, SettingPath, SettingValue, Settings, Why};
use storekeeper::engine::hands::Hands;
use storekeeper::engine::protocol::{Fate, Late, OpenPractice, ReadStore, SaveOutcome, SaveStore, SaveTrouble, TroubleKind};
use storekeeper::practice::Generation;
use world::{World, refusal};

type Answer = Result<Response, Failure>;

fn text(text: &str) -> Option<SettingValue> {
    Some(SettingValue::Text(text.into()))
}

fn path(path: &str) -> SettingPath {
    SettingPath::from(path)
}

fn edited(base: &Settings, edits: &[(&str, &str)]) -> Settings {
    let mut wanted = base.clone();
    edits.iter().for_each(|(at, value)| wanted.set(&path(at), text(value)));
    wanted
}

fn connected() -> (World, Box<Settings>) {
    let mut world = World::new();
    world.connect();
    let base = world.ask(ReadStore {}).unwrap();
    (world, base)
}

fn bodies(world: &World) -> Vec<Value> {
    world.puts().iter().map(|put| serde_json::from_slice(&put.body.as_ref().unwrap().bytes).unwrap()).collect()
}

/// As somebody else would.
fn elsewhere(world: &World, body: &Value) {
    let body = body.to_string();
    let response = world.service.borrow_mut().handle(Method::Put, "/stores", Some("application/json"), body.as_bytes());
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
}

fn save(world: &mut World, base: &Settings, wanted: &Settings) -> Result<SaveOutcome, Box<SaveTrouble>> {
    save_awaiting(world, base, wanted, &[])
}

fn save_awaiting(
    world: &mut World,
    base: &Settings,
    wanted: &Settings,
    awaited: &[SettingChange],
) -> Result<SaveOutcome, Box<SaveTrouble>> {
    let (base, wanted) = (Box::new(base.clone()), Box::new(wanted.clone()));
    world.ask(SaveStore { base, wanted, awaited: awaited.to_vec() })
}

/// Saves a new currency name while the change is answered so, and gives how it ended and how often it was sent.
fn answered(applied: bool, answer: impl Fn() -> Answer + 'static) -> (Result<SaveOutcome, Box<SaveTrouble>>, usize) {
    let (mut world, base) = connected();
    world.fault(move |_, request, serve| {
        (request.method == Method::Put).then(|| {
            if applied {
                serve(request.clone());
            }
            answer()
        })
    });
    let ended = save(&mut world, &base, &edited(&base, &[("currency.name", "Gems")]));
    (ended, world.puts().len())
}

fn said(status: u16, body: &Value) -> Answer {
    Ok(Response { status, content_type: Some("application/json".into()), retry_after: None, body: body.to_string().into_bytes() })
}

fn page(status: u16) -> Answer {
    let body = b"<html><h1>Welcome</h1></html>".to_vec();
    Ok(Response { status, content_type: Some("text/html".into()), retry_after: None, body })
}

#[test]
fn only_what_changed_is_sent_and_what_was_kept_is_read_back() {
    let (mut world, base) = connected();
    let wanted = edited(&base, &[("title", "Winter Store"), ("currency.name", "Gems")]);
    let Ok(SaveOutcome::Saved { now, sent, theirs, differs, left_out, late, despite: None, unread: None }) =
        save(&mut world, &base, &wanted)
    else {
        panic!()
    };
    assert_eq!(
        bodies(&world),
        [json!({ "isEnabled": true, "title": "Winter Store",
            "currency": { "isEnabled": true, "name": "Gems", "light": "https://example.com/coin.png", "dark": "" } })]
    );
    assert_eq!((now.title.as_deref(), now.currency.and_then(|it| it.name)), (Some("Winter Store"), Some("Gems".into())));
    assert_eq!(sent.iter().map(|change| change.path.to_string()).collect::<Vec<_>>(), ["title", "currency.name"]);
    assert_eq!((theirs, differs, late, left_out), (vec![], vec![], vec![], vec![]));
    assert!(now.updated_at > base.updated_at);
}

#[test]
fn nothing_to_change_is_nothing_sent() {
    let (mut world, base) = connected();
    assert!(matches!(save(&mut world, &base, &base), Ok(SaveOutcome::Nothing { .. })));
    elsewhere(&world, &json!({ "description": "<p>New</p>" }));
    let wanted = edited(&base, &[("description", "<p>New</p>")]);
    let Ok(SaveOutcome::Nothing { now }) = save(&mut world, &base, &wanted) else { panic!() };
    assert_eq!(now.description.as_deref(), Some("<p>New</p>"), "somebody else had done the same");
    assert_eq!(world.puts().len(), 0);
}

#[test]
fn somebody_else_saved_meanwhile() {
    let (mut world, base) = connected();
    elsewhere(
        &world,
        &json!({ "isEnabled": true, "title": "Theirs", "currency": { "isEnabled": true, "name": "Stars", "light": "", "dark": "" } }),
    );
    let mine = edited(&base, &[("title", "Mine"), ("description", "<p>Mine</p>")]);

    // A clash: nothing is sent, nothing of mine is lost.
    let Ok(SaveOutcome::Clash { theirs, merged, clashes }) = save(&mut world, &base, &mine) else { panic!() };
    assert_eq!(world.puts().len(), 0);
    let [clash] = clashes.as_slice() else { panic!("{clashes:?}") };
    assert_eq!(
        (clash.path.to_string().as_str(), &clash.base, &clash.theirs, &clash.mine),
        ("title", &base.get(&path("title")), &text("Theirs"), &text("Mine"))
    );
    assert_eq!(
        (merged.title.as_deref(), merged.currency.as_ref().and_then(|it| it.name.as_deref())),
        (Some("Mine"), Some("Stars"))
    );

    // Settled in their favour, the rest of mine goes out on top of theirs.
    let mut settled = merged;
    settled.set(&clash.path, clash.theirs.clone());
    let Ok(SaveOutcome::Saved { now, .. }) = save(&mut world, &theirs, &settled) else { panic!() };
    assert_eq!(bodies(&world), [json!({ "description": "<p>Mine</p>" })]);
    assert_eq!((now.title.as_deref(), now.description.as_deref()), (Some("Theirs"), Some("<p>Mine</p>")));

    // Disjoint changes of one object merge: what is sent holds both.
    elsewhere(&world, &json!({ "cover": { "isEnabled": false, "light": "https://example.com/cover-light.png", "dark": "" } }));
    let wanted = edited(&now, &[("cover.dark", "https://example.com/dark.png")]);
    let Ok(SaveOutcome::Saved { now, theirs, .. }) = save(&mut world, &now, &wanted) else { panic!() };
    assert_eq!(
        bodies(&world)[1],
        json!({ "cover": { "isEnabled": false, "light": "https://example.com/cover-light.png", "dark": "https://example.com/dark.png" } })
    );
    assert_eq!(theirs.iter().map(|change| change.path.to_string()).collect::<Vec<_>>(), ["cover.isEnabled"]);
    assert_eq!(now.cover.unwrap().is_enabled, Some(false));
}

#[test]
fn what_cannot_be_sent_is_not() {
    let (mut world, base) = connected();
    let wanted = edited(&base, &[("title", &"x".repeat(33)), ("cover.light", "data:image/png;base64,AAAA")]);
    let trouble = save(&mut world, &base, &wanted).unwrap_err();
    assert_eq!((trouble.fate, world.puts().len()), (Fate::NotSent, 0));
    let unfit: Vec<_> = trouble.unfit.iter().map(|unfit| unfit.path.to_string()).collect();
    assert_eq!(unfit, ["title", "cover.light"]);
    assert!(matches!(trouble.unfit[0].why, Why::TitleTooLong(_)));
}

#[test]
fn a_refusal_stands_beside_the_field_it_names() {
    let refuse = |body: Value| answered(false, move || said(400, &body));
    for body in [
        json!({ "status": "error", "message": "currency.name must be longer", "meta": { "statusCode": 400 } }),
        json!({ "message": ["currency.name must be longer"], "statusCode": 400 }),
        json!({ "message": "Bad", "errors": [{ "field": "currency.name", "message": "must be longer" }] }),
    ] {
        let (ended, puts) = refuse(body.clone());
        let trouble = ended.unwrap_err();
        assert_eq!((puts, trouble.fate, trouble.trouble.kind), (1, Fate::NotApplied, TroubleKind::Refused), "{body}");
        assert_eq!(trouble.fields.len(), 1, "{body}");
        assert_eq!(trouble.fields[0].path, path("currency.name"));
        assert!(trouble.fields[0].said.ends_with("must be longer"));
        assert!(!trouble.says_more, "{body}");
    }
    let (ended, _) = refuse(json!({ "message": "Something is wrong somewhere", "meta": { "statusCode": 400 } }));
    let trouble = ended.unwrap_err();
    assert!(trouble.fields.is_empty() && trouble.says_more);
    assert_eq!(trouble.trouble.said.as_deref(), Some("Something is wrong somewhere"));
}

#[test]
fn every_refusal_has_its_words() {
    for (status, kind, words) in [
        (401, TroubleKind::Unauthorized, "(401)"),
        (403, TroubleKind::Forbidden, "(403)"),
        (404, TroubleKind::NotFound, "(404)"),
        (409, TroubleKind::Refused, "(409)"),
        (500, TroubleKind::Refused, "(500)"),
        (502, TroubleKind::Refused, "(502)"),
    ] {
        let (ended, puts) = answered(false, move || Ok(refusal(status, "In its own words")));
        let trouble = ended.unwrap_err();
        let fate = if status < 500 { Fate::NotApplied } else { Fate::NotShown };
        assert_eq!((puts, trouble.fate, trouble.trouble.kind), (1, fate, kind), "{status}");
        assert!(trouble.trouble.what.contains(words) && !trouble.trouble.cure.contains("roduct"), "{:?}", trouble.trouble);
        assert_eq!(trouble.trouble.said.as_deref(), Some("In its own words"));
    }
}

#[test]
fn after_silence_the_store_is_read_and_never_written_twice() {
    type Make = fn() -> Answer;
    let silences: [(&str, Make); 8] = [
        ("502", || Ok(refusal(502, "upstream"))),
        ("500", || Ok(refusal(500, "oops"))),
        ("timeout", || Err(Failure::Timeout)),
        ("network", || Err(Failure::Network)),
        ("cut", || Err(Failure::BodyCut)),
        ("a sign-in page", || page(200)),
        ("a gateway's page", || page(502)),
        ("an envelope that says error", || {
            said(200, &json!({ "status": "error", "message": "no", "meta": { "statusCode": 500 } }))
        }),
    ];
    for (name, answer) in silences {
        let (ended, puts) = answered(true, answer);
        let Ok(SaveOutcome::Saved { now, differs, despite: Some(_), .. }) = ended else { panic!("{name}: {ended:?}") };
        assert_eq!((puts, now.currency.unwrap().name.as_deref(), differs), (1, Some("Gems"), vec![]), "{name}");
        let (ended, puts) = answered(false, answer);
        let trouble = ended.unwrap_err();
        assert_eq!((puts, trouble.fate), (1, Fate::NotShown), "{name}: nobody said that it was refused");
        assert_eq!(trouble.now.unwrap().currency.unwrap().name.as_deref(), Some("Coins"), "{name}");
    }
    let (ended, puts) = answered(false, || Err(Failure::Offline));
    let trouble = ended.unwrap_err();
    assert_eq!((puts, trouble.fate, trouble.trouble.kind), (1, Fate::NotApplied, TroubleKind::Offline));
}

#[test]
fn a_refusal_in_plain_text_is_in_the_stores_own_words() {
    let plain = |status: u16, kind: &'static str, body: &'static str| {
        let answer = move || {
            let content_type = Some(kind.to_owned()).filter(|kind| !kind.is_empty());
            Ok(Response { status, content_type, retry_after: None, body: body.into() })
        };
        answered(false, answer).0.unwrap_err()
    };
    // What begins with the name of a field stands beside that field, as in JSON.
    let trouble = plain(409, "text/plain", "currency.name is already taken");
    assert_eq!((trouble.fate, trouble.says_more), (Fate::NotApplied, false));
    assert_eq!(
        trouble.fields.iter().map(|it| (it.path.to_string(), it.said.as_str())).collect::<Vec<_>>(),
        [("currency.name".to_owned(), "currency.name is already taken")]
    );
    assert!(trouble.trouble.what.contains("(409)"));
    for (status, kind) in [(400, "text/plain; charset=utf-8"), (404, ""), (422, "application/json"), (502, "text/plain")] {
        let trouble = plain(status, kind, "Not on\n a Sunday");
        assert_eq!((trouble.trouble.said.as_deref(), trouble.says_more), (Some("Not on a Sunday"), true), "{status}");
    }
    // A web page is not the store's words.
    for (kind, body) in
        [("text/html", "<h1>Not on a Sunday</h1>"), ("text/plain", "<h1>Not on a Sunday</h1>"), ("text/plain", "")]
    {
        let trouble = plain(409, kind, body);
        assert_eq!((trouble.trouble.said, trouble.says_more), (None, false), "{kind} {body}");
    }
}

/// A store whose readings stay behind: each is as the store was before the last change, until so many milliseconds after
/// it. The change is answered as `answer` makes of what the service answers.
fn lagging(world: &World, lag: u64, answer: impl Fn(Response) -> Answer + 'static) -> Rc<RefCell<Vec<u64>>> {
    let (hands, looks): (_, Rc<RefCell<Vec<u64>>>) = (Rc::clone(&world.hands), Rc::default());
    let (mut before, mut written) = (None, None);
    let seen = Rc::clone(&looks);
    world.fault(move |_, request, serve| {
        if request.method == Method::Put {
            written = Some(hands.now());
            return Some(answer(serve(request.clone())));
        }
        match written {
            None => {
                let now = serve(request.clone());
                before = Some(now.clone());
                Some(Ok(now))
            }
            Some(at) => {
                let since = hands.now() - at;
                seen.borrow_mut().push(since);
                (since < lag).then(|| Ok(before.clone().unwrap()))
            }
        }
    });
    looks
}

fn change(at: &str, old: &str, new: &str) -> SettingChange {
    SettingChange { path: path(at), old: text(old), new: text(new) }
}

const FOREVER: u64 = 3_600_000;

#[test]
fn readings_that_stay_behind_are_waited_for_as_long_as_products_are() {
    for answer in [Ok as fn(Response) -> Answer, |_| Ok(refusal(502, "upstream")), |_| Err(Failure::Timeout)] {
        let (mut world, base) = connected();
        let looks = lagging(&world, 6_000, answer);
        let ended = save(&mut world, &base, &edited(&base, &[("currency.name", "Gems")]));
        let Ok(SaveOutcome::Saved { now, differs, late, .. }) = ended else { panic!("{ended:?}") };
        assert_eq!((now.currency.unwrap().name.as_deref(), differs, late), (Some("Gems"), vec![], vec![]));
        let (last, looks) = (*looks.borrow().last().unwrap(), looks.borrow().len());
        assert!((9_000..12_000).contains(&last) && looks == 5, "{looks} looks, the last after {last} ms");
        assert_eq!(world.puts().len(), 1);
    }
}

#[test]
fn the_value_before_is_not_said_to_be_held_after_a_success() {
    let (mut world, base) = connected();
    lagging(&world, FOREVER, Ok);
    let wanted = edited(&base, &[("title", "Winter Rewards"), ("currency.name", "Gems")]);
    let ended = save(&mut world, &base, &wanted);
    let Ok(SaveOutcome::Saved { now, sent, differs, late, despite: None, unread: None, .. }) = ended else { panic!("{ended:?}") };
    let title = base.title.clone().unwrap();
    let changes = [change("title", &title, "Winter Rewards"), change("currency.name", "Coins", "Gems")];
    // The answer showed both as they were asked.
    assert_eq!(late, changes.clone().map(|change| Late { change, is_answered: true }));
    assert_eq!((sent.as_slice(), differs, now.title.as_deref()), (&changes[..], vec![], Some(title.as_str())));

    // An answer that shows nothing proves nothing; one that shows the value before neither.
    let silent = json!({ "meta": { "statusCode": 200 }, "message": "Update store config success.", "data": {} });
    let before = json!({ "meta": { "statusCode": 200 }, "data": { "title": title, "currency": { "name": "Coins" } } });
    for body in [silent, before] {
        let (mut world, base) = connected();
        lagging(&world, FOREVER, move |_| said(200, &body));
        let Ok(SaveOutcome::Saved { differs, late, .. }) = save(&mut world, &base, &wanted) else { panic!() };
        assert_eq!((differs, late), (vec![], changes.clone().map(|change| Late { change, is_answered: false }).into()));
    }
}

#[test]
fn a_third_value_is_told_from_the_one_before() {
    // The store makes something of the title, and does not show the currency yet.
    let (mut world, base) = connected();
    let was = base.title.clone().unwrap();
    world.fault(move |_, request, serve| {
        (request.method == Method::Put).then(|| {
            let answered = serve(request.clone());
            let mut other = request.clone();
            let body = json!({ "isEnabled": true, "title": "WINTER",
                "currency": { "isEnabled": true, "name": "Coins", "light": "https://example.com/coin.png", "dark": "" } });
            other.body.as_mut().unwrap().bytes = body.to_string().into_bytes();
            serve(other);
            Ok(answered)
        })
    });
    let wanted = edited(&base, &[("title", "Winter"), ("currency.name", "Gems")]);
    let Ok(SaveOutcome::Saved { now, differs, late, .. }) = save(&mut world, &base, &wanted) else { panic!() };
    assert_eq!(late, [Late { change: change("currency.name", "Coins", "Gems"), is_answered: true }]);
    let [differs] = differs.as_slice() else { panic!("{differs:?}") };
    assert_eq!((differs.path.to_string().as_str(), &differs.holds), ("title", &text("WINTER")));
    assert_eq!((was == "WINTER", now.title.as_deref()), (false, Some("WINTER")));
}

#[test]
fn what_an_answer_and_a_reading_both_say_is_not_waited_for() {
    let (mut world, base) = connected();
    let hands = Rc::clone(&world.hands);
    world.fault(|_, request, serve| {
        (request.method == Method::Put).then(|| {
            let mut other = request.clone();
            other.body.as_mut().unwrap().bytes = json!({ "description": "<p>cleaned</p>" }).to_string().into_bytes();
            Ok(serve(other))
        })
    });
    let began = hands.now();
    let ended = save(&mut world, &base, &edited(&base, &[("description", "<p onclick=x>typed</p>")]));
    let Ok(SaveOutcome::Saved { differs, late, .. }) = ended else { panic!() };
    assert_eq!((differs.len(), late), (1, vec![]));
    assert!(hands.now() - began < 500);
}

#[test]
fn an_answer_without_a_reading_after_it_is_the_stores_word_and_no_more() {
    let (mut world, base) = connected();
    let mut is_down = false;
    world.fault(move |_, request, _| {
        let is_now = is_down;
        is_down |= request.method == Method::Put;
        is_now.then(|| Ok(refusal(503, "down")))
    });
    let wanted = edited(&base, &[("title", "Winter Rewards")]);
    let Ok(SaveOutcome::Saved { now, differs, late, despite: None, unread: Some(unread), .. }) = save(&mut world, &base, &wanted)
    else {
        panic!()
    };
    assert!(unread.said.as_deref() == Some("down") && differs.is_empty(), "{unread:?}");
    let title = base.title.clone().unwrap();
    assert_eq!(late, [Late { change: change("title", &title, "Winter Rewards"), is_answered: true }]);
    assert_eq!(now.title, base.title, "what was not read is not said to be held");
}

#[test]
fn what_shows_after_all_is_nobody_elses_change() {
    let (mut world, base) = connected();
    lagging(&world, FOREVER, |_| Ok(refusal(502, "upstream")));
    let wanted = edited(&base, &[("currency.name", "Gems")]);
    let trouble = save(&mut world, &base, &wanted).unwrap_err();
    assert_eq!(trouble.fate, Fate::NotShown);
    assert_eq!(trouble.now.unwrap().get(&path("currency.name")), text("Coins"));
    // It shows by now, and something else was typed in its place: that is a change of it, and no clash.
    world.fault(|_, _, _| None);
    let awaited = [change("currency.name", "Coins", "Gems")];
    let other = edited(&base, &[("currency.name", "Stars")]);
    assert!(matches!(save(&mut world, &base, &other), Ok(SaveOutcome::Clash { .. })), "it would be one otherwise");
    let Ok(SaveOutcome::Saved { sent, theirs, .. }) = save_awaiting(&mut world, &base, &other, &awaited) else { panic!() };
    assert_eq!((sent, theirs), (vec![change("currency.name", "Gems", "Stars")], vec![]));
    // And as it was asked there is nothing to send.
    let nothing = save_awaiting(&mut world, &base, &other, &[change("currency.name", "Coins", "Stars")]);
    assert!(matches!(nothing, Ok(SaveOutcome::Nothing { .. })), "{nothing:?}");
    // Somebody else's is theirs still.
    elsewhere(&world, &json!({ "currency": { "isEnabled": true, "name": "Shells", "light": "", "dark": "" } }));
    assert!(matches!(save_awaiting(&mut world, &base, &other, &awaited), Ok(SaveOutcome::Clash { .. })));
}

#[test]
fn what_nobody_can_say_is_unknown() {
    // The change is lost on the way, and the store cannot be read after it.
    let (mut world, base) = connected();
    let mut is_down = false;
    world.fault(move |_, request, _| {
        is_down |= request.method == Method::Put;
        is_down.then_some(Err(Failure::Timeout))
    });
    let trouble = save(&mut world, &base, &edited(&base, &[("description", "<p>x</p>")])).unwrap_err();
    assert_eq!((trouble.fate, trouble.now.is_none(), world.puts().len()), (Fate::Unknown, true, 1));

    // Half of it was applied.
    let (mut world, base) = connected();
    world.fault(|_, request, serve| {
        (request.method == Method::Put).then(|| {
            let mut body: Value = serde_json::from_slice(&request.body.as_ref().unwrap().bytes).unwrap();
            body.as_object_mut().unwrap().remove("currency");
            let mut half = request.clone();
            half.body.as_mut().unwrap().bytes = body.to_string().into_bytes();
            serve(half);
            Ok(refusal(502, "upstream"))
        })
    });
    let wanted = edited(&base, &[("description", "<p>x</p>"), ("currency.name", "Gems")]);
    let trouble = save(&mut world, &base, &wanted).unwrap_err();
    assert_eq!((trouble.fate, world.puts().len()), (Fate::Unknown, 1));
    let now = trouble.now.unwrap();
    assert_eq!(now.description.as_deref(), Some("<p>x</p>"));
    // Saving again from there sends the other half only.
    world.fault(|_, _, _| None);
    assert!(matches!(save(&mut world, &now, &wanted), Ok(SaveOutcome::Saved { .. })));
    assert_eq!(bodies(&world)[1].as_object().unwrap().keys().collect::<Vec<_>>(), ["currency"]);
}

#[test]
fn a_change_that_comes_late_is_waited_for() {
    let (mut world, base) = connected();
    let waiting: Rc<RefCell<(u32, Option<Request>)>> = Rc::default();
    world.fault(move |_, request, serve| {
        let mut waiting = waiting.borrow_mut();
        if request.method == Method::Put {
            *waiting = (0, Some(request.clone()));
            return Some(said(
                200,
                &json!({ "meta": { "statusCode": 200 }, "message": "Update store config success.", "data": {} }),
            ));
        }
        waiting.0 += 1;
        if waiting.0 == 3
            && let Some(put) = waiting.1.take()
        {
            serve(put);
        }
        None
    });
    let Ok(SaveOutcome::Saved { now, differs, .. }) = save(&mut world, &base, &edited(&base, &[("description", "<p>x</p>")]))
    else {
        panic!()
    };
    assert_eq!((now.description.as_deref(), differs), (Some("<p>x</p>"), vec![]));
}

#[test]
fn what_the_store_does_not_keep_is_told() {
    let (mut world, base) = connected();
    world.fault(|_, request, serve| {
        (request.method == Method::Put).then(|| {
            let mut changed = request.clone();
            changed.body.as_mut().unwrap().bytes = json!({ "description": "<p>cleaned</p>" }).to_string().into_bytes();
            Ok(serve(changed))
        })
    });
    let wanted = edited(&base, &[("description", "<p onclick=x>typed</p>")]);
    let Ok(SaveOutcome::Saved { differs, .. }) = save(&mut world, &base, &wanted) else { panic!() };
    assert_eq!(differs.len(), 1);
    assert_eq!((&differs[0].asked, &differs[0].holds), (&text("<p onclick=x>typed</p>"), &text("<p>cleaned</p>")));
}

#[test]
fn the_store_cannot_be_read_before_saving() {
    let (mut world, base) = connected();
    world.fault(|_, _, _| Some(Ok(refusal(401, "expired"))));
    let trouble = save(&mut world, &base, &edited(&base, &[("title", "x")])).unwrap_err();
    assert_eq!((trouble.fate, trouble.trouble.kind, world.puts().len()), (Fate::NotSent, TroubleKind::Unauthorized, 0));
    let mut world = World::new();
    let trouble = save(&mut world, &base, &base).unwrap_err();
    assert_eq!(trouble.trouble.kind, TroubleKind::NotNow);
}

#[test]
fn settings_of_another_store_are_not_saved_here() {
    let (_, base) = connected();
    let mut world = World::new();
    world.ask(OpenPractice {}).unwrap();
    assert_ne!(world.ask(ReadStore {}).unwrap().community_id, base.community_id);
    let trouble = save(&mut world, &base, &edited(&base, &[("title", "x")])).unwrap_err();
    assert_eq!((trouble.fate, trouble.trouble.kind), (Fate::NotSent, TroubleKind::NotNow));
}

#[test]
fn two_savings_at_once_are_one() {
    let (mut world, base) = connected();
    let wanted = edited(&base, &[("title", "Twice")]);
    world.post(SaveStore { base: base.clone(), wanted: Box::new(wanted.clone()), awaited: vec![] }, None);
    let trouble = save(&mut world, &base, &wanted).unwrap_err();
    assert_eq!(trouble.trouble.kind, TroubleKind::NotNow);
    while world.step() && world.puts().is_empty() {}
    assert_eq!(world.puts().len(), 1);
}

#[test]
fn the_older_generation_is_saved_in_its_own_shape() {
    let mut world = World::new();
    world.service.borrow_mut().switches.reads = Generation::Ids;
    world.connect();
    let base = world.ask(ReadStore {}).unwrap();
    assert!(base.i18n.is_none() && base.widget.as_ref().unwrap().size.is_none());
    let wanted = edited(&base, &[("cover.value", "https://example.com/new.png"), ("currency.symbol", "G")]);
    let Ok(SaveOutcome::Saved { differs, .. }) = save(&mut world, &base, &wanted) else { panic!() };
    assert_eq!(differs, []);
    assert_eq!(
        bodies(&world),
        [
            json!({ "cover": { "type": "image", "value": "https://example.com/new.png" }, "currency": { "name": "Coins", "symbol": "G" } })
        ]
    );
}

#[test]
fn the_widgets_key_never_reaches_the_page() {
    let (mut world, _) = connected();
    world.service.borrow_mut().set_widget_key(&"canary".repeat(10));
    let base = world.ask(ReadStore {}).unwrap();
    assert_eq!(base.withheld, [path("widget.apiKey")]);
    let mut wanted = base.clone();
    wanted.widget.as_mut().unwrap().is_enabled = Some(false);
    let Ok(saved @ SaveOutcome::Saved { .. }) = save(&mut world, &base, &wanted) else { panic!() };
    assert!(!format!("{base:?}{saved:?}").contains("canary"));
    assert!(!bodies(&world)[0].to_string().contains("apiKey"));
}
