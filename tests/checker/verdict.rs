//! What holds at the end of a run, held against what really happened.

use crate::Stats;
use crate::world::{Outside, World};
use std::collections::HashMap;
use std::rc::Rc;
use storekeeper::domain::ProductId;
use storekeeper::engine::protocol::{FateKind, LineView, Lines, Overview, ReportFile, Stage};

thread_local! {
    static TOLD: std::cell::RefCell<Vec<LineView>> = const { std::cell::RefCell::new(Vec::new()) };
}

fn lines(world: &mut World) -> Vec<LineView> {
    let mut lines = Vec::new();
    while let Some(window) = world.ask(Lines { fate: None, from: lines.len() as u32, count: 200 }) {
        if window.lines.is_empty() {
            break;
        }
        lines.extend(window.lines);
    }
    lines
}

/// Keeps the report of the page that saw the end, and holds it against its own file and against what a fresh page reads.
pub fn told(mut world: World, stats: Stats) -> Result<Stats, String> {
    let outside = Rc::clone(&world.outside);
    outside.host.borrow_mut().mend();
    outside.host.borrow_mut().is_sending = false;
    let told = lines(&mut world);
    let file = world.ask(ReportFile {}).and_then(Result::ok).map(|file| file.text).unwrap_or_default();
    drop(world);
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
    if rows.len() != told.len() {
        return Err(format!("I8: {} lines in the report, {} in its file", told.len(), rows.len()));
    }
    for (line, row) in told.iter().zip(&rows) {
        if row[0] != line.product || row[4] != line.words {
            return Err(format!("I8: the report says {line:?}, its file {row:?}"));
        }
    }
    let mut fresh = World::open(&outside);
    match fresh.ask(Overview {}).map(|answer| answer.stage) {
        Some(Stage::Done(_)) => {}
        other => return Err(format!("I8: a fresh page finds no report: {other:?}")),
    }
    let read = lines(&mut fresh);
    if let Some((line, other)) = told.iter().zip(&read).find(|(line, other)| line != other) {
        return Err(format!("I8: the report says {line:?}, the journal {other:?}"));
    }
    TOLD.set(told);
    Ok(stats)
}

/// I1 to I7.
pub fn check(outside: &Outside, mut stats: Stats) -> Result<Stats, String> {
    let host = outside.host.borrow();
    if let Some(broken) = host.broken.first() {
        return Err(broken.clone());
    }
    let told: HashMap<ProductId, LineView> =
        TOLD.take().into_iter().filter_map(|line| Some((line.product.parse().ok()?, line))).collect();
    for (id, wanted) in &host.wanted {
        let Some(line) = told.get(id) else { return Err(format!("I1: no line for {id}")) };
        stats.fates[FateKind::ALL.iter().position(|fate| *fate == line.fate).unwrap()] += 1;
        let done = host.done.get(id).cloned().unwrap_or_default();
        let held = host.service.codes(*id);
        let times: Vec<usize> = wanted.codes.iter().map(|code| held.get(code).copied().unwrap_or(0)).collect();
        let is_applied = done.applied > 0 || times.iter().any(|times| *times > 0);
        let price = host.service.product(*id).and_then(|product| product.price).map(|price| price.to_string());
        let is_there = done.edited.is_some() || wanted.price.is_none_or(|wanted| price == Some(wanted.to_string()));
        let what = format!(
            "{id}: {:?} \"{}\", but applied {} times, codes {times:?}, price {price:?}",
            line.fate, line.words, done.applied
        );
        let says_doubled = line.words.contains("were added");
        if times.iter().any(|times| *times > 1) && !says_doubled {
            return Err(format!("I2: {what}"));
        }
        let honest = match line.fate {
            FateKind::Changed if !is_applied || !is_there || times.contains(&0) => Err("I1"),
            FateKind::Unknown => Err("I5"),
            FateKind::NotSent | FateKind::NotApplied | FateKind::Refused | FateKind::Unchanged if is_applied => Err("I4"),
            FateKind::Differs if !is_applied && done.edited.is_none() => Err("I4"),
            FateKind::Differs if says_doubled && times.iter().all(|times| *times <= 1) => Err("I4"),
            _ => Ok(()),
        };
        honest.map_err(|rule| format!("{rule}: {what}"))?;
    }
    if let Some((id, done)) = host.done.iter().find(|(id, done)| done.applied > 0 && !host.wanted.contains_key(id)) {
        return Err(format!("I3: {id} was changed {} times, and nobody asked for it", done.applied));
    }
    (stats.puts, stats.gets) = (host.puts, host.gets);
    let faults = (host.faults + host.schedule.writes.len()) as u32;
    let most = bound(stats.planned, faults, stats.kills + stats.again, host.schedule.bad_rows.into());
    if stats.puts > most {
        return Err(format!("I6: {} requests of {} planned, {most} at most", stats.puts, stats.planned));
    }
    Ok(stats)
}

/// I6: how many requests a run may take, by what was planned and what went wrong.
pub const fn bound(planned: u32, faults: u32, starts: u32, bad_rows: u32) -> u32 {
    planned + planned / 10 + 3 + 12 * (faults + starts) + 24 * bad_rows
}
