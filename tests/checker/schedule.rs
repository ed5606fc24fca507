//! What goes wrong when, drawn from a number: the same number, the same schedule.

use std::collections::BTreeMap;

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// F1: no network for so many requests.
    Offline(u8),
    /// F2, F26, F27: the browser refuses; the store sees nothing.
    Refused,
    /// F3 and F4: nothing comes, applied or not.
    Timeout { applied: bool },
    /// F5: the connection is reset after it was applied.
    Reset,
    /// F6: something on the way sends it twice; the answer to one of the two comes, or none.
    Twice { answer: Which },
    /// F7: applied; the body is cut on its way.
    BodyCut,
    /// F8: applied; valid JSON cut into invalid JSON.
    CutJson,
    /// F9: something else answers.
    Html200,
    /// F10: applied; the answer names fewer products than were sent.
    MissingIds,
    /// F10: applied; the count is off.
    CountOff,
    /// F11: 200, and the envelope says error, applied or not.
    EnvelopeError { applied: bool },
    /// F11: applied; the answer shows other values.
    OtherValues,
    /// F12: applied; another order, more fields, another envelope.
    OtherShape,
    /// F13, F14, F18, F19: refused with this status, though applied or not.
    Refusal { status: u16, applied: bool },
    /// F15 and F16: the key is dead from now on.
    DeadKey(u16),
    /// F20 and F21: too many requests; how long to wait, where it is said (F20 as seconds or a date).
    Busy { seconds: Option<u16>, is_date: bool },
    /// F22: the same without CORS headers.
    BusyUnseen,
    /// F23 to F25: an error of the store or something before it, applied or not.
    Server { status: u16, body: Junk, applied: bool },
    /// F32: given up, and the store finishes so much later.
    Late { millis: u32 },
}

/// Which answer of two comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    First,
    Second,
    None,
}

/// What an error's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Junk {
    Json,
    Html,
    Empty,
}

/// What other people do, and what the person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// F36: somebody gives the n-th product of the file another price.
    Edit(u16),
    /// F36: somebody archives it.
    Archive(u16),
    /// F37: somebody buys.
    Sell(u16),
    /// F40.
    Cancel,
    Pause,
    /// F33: the next write of the journal fails.
    JournalFull,
    /// F28 to F30: the page is gone.
    Kill,
}

/// A run's fate.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Products of the file.
    pub products: usize,
    /// By number of the PUT, from 0.
    pub writes: BTreeMap<u32, Fault>,
    /// F41: by number of the GET since sending began, from 0.
    pub reads: BTreeMap<u32, Fault>,
    /// By number of the event since sending began: journal written, request leaves, store has answered, answer told.
    pub deeds: BTreeMap<u32, Vec<Deed>>,
    /// F13 and F14: whether a bad row refuses all, the rest is applied, or the answer is a success.
    pub bad_rows: u8,
    pub on_bad: u8,
    /// Whether the host takes updates as CSV.
    pub is_csv: bool,
    /// F19: whether the store takes codes that it has.
    pub takes_codes: bool,
    /// Milliseconds from a request to the store, and back.
    pub latency: u64,
    /// F39: milliseconds of the wall's clock to one of the clock that never jumps, in thousandths.
    pub wall_pace: i64,
}

impl Schedule {
    pub fn of(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let products = [1, 2, 3, 5, 9, 12, 16, 24, 36, 110][rng.usize(0..10)];
        let share = [3u32, 10, 25, 60][rng.usize(0..4)];
        let mut writes = BTreeMap::new();
        let mut reads = BTreeMap::new();
        let most = rng.u32(1..25);
        for number in 0..60 {
            if rng.u32(0..100) < share && writes.len() < most as usize {
                writes.insert(number, write(&mut rng));
            }
            if rng.u32(0..300) < share && reads.len() < most as usize {
                reads.insert(number * 3, read(&mut rng));
            }
        }
        let mut deeds: BTreeMap<u32, Vec<Deed>> = BTreeMap::new();
        let mut deed = |rng: &mut fastrand::Rng, deed| {
            let most = [20, 40, 90][rng.usize(0..3)];
            deeds.entry(rng.u32(0..most)).or_default().push(deed);
        };
        for _ in 0..[0, 0, 1, 1, 2, 4][rng.usize(0..6)] {
            deed(&mut rng, Deed::Kill);
        }
        for _ in 0..rng.u8(0..4) {
            let at = rng.u16(..);
            let what = [Deed::Edit(at), Deed::Archive(at), Deed::Sell(at), Deed::Sell(at)][rng.usize(0..4)];
            deed(&mut rng, what);
        }
        for (chance, what) in [(8, Deed::Cancel), (6, Deed::Pause), (6, Deed::JournalFull)] {
            if rng.u8(0..chance) == 0 {
                deed(&mut rng, what);
            }
        }
        let bad_rows = [0, 0, 1, 2][rng.usize(0..4)];
        Self {
            products,
            writes,
            reads,
            deeds,
            bad_rows,
            on_bad: rng.u8(0..3),
            takes_codes: rng.bool(),
            latency: [5, 50, 300][rng.usize(0..3)],
            // Drawn last, so that a seed is what it was.
            is_csv: rng.bool(),
            wall_pace: 1_000,
        }
    }

    /// Nothing goes wrong.
    pub fn calm(products: usize) -> Self {
        let (writes, reads, deeds) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self {
            products,
            writes,
            reads,
            deeds,
            bad_rows: 0,
            on_bad: 0,
            is_csv: false,
            takes_codes: true,
            latency: 50,
            wall_pace: 1_000,
        }
    }
}

fn write(rng: &mut fastrand::Rng) -> Fault {
    let applied = rng.bool();
    let status = |rng: &mut fastrand::Rng, list: &[u16]| list[rng.usize(0..list.len())];
    match rng.u8(0..26) {
        0 => Fault::Offline(rng.u8(1..4)),
        1 => Fault::Refused,
        2 | 3 => Fault::Timeout { applied },
        4 => Fault::Reset,
        5 | 6 => Fault::Twice { answer: [Which::First, Which::Second, Which::None][rng.usize(0..3)] },
        7 => Fault::BodyCut,
        8 => Fault::CutJson,
        9 => Fault::Html200,
        10 => Fault::MissingIds,
        11 => Fault::CountOff,
        12 => Fault::EnvelopeError { applied },
        13 => Fault::OtherValues,
        14 => Fault::OtherShape,
        15 | 16 => Fault::Refusal { status: status(rng, &[400, 404, 409]), applied },
        17 => Fault::DeadKey(status(rng, &[401, 403])),
        18 => Fault::Busy { seconds: Some(rng.u16(1..20)), is_date: rng.bool() },
        19 => Fault::Busy { seconds: None, is_date: false },
        20 => Fault::BusyUnseen,
        21 => Fault::Server { status: 500, body: Junk::Json, applied },
        22 => Fault::Server { status: 502, body: [Junk::Json, Junk::Html, Junk::Empty][rng.usize(0..3)], applied },
        23 => Fault::Server { status: status(rng, &[503, 504, 520, 524, 527]), body: Junk::Html, applied },
        _ => Fault::Late { millis: rng.u32(100..8_000) },
    }
}

fn read(rng: &mut fastrand::Rng) -> Fault {
    match rng.u8(0..7) {
        0 => Fault::Offline(rng.u8(1..6)),
        1 => Fault::Refused,
        2 => Fault::Timeout { applied: false },
        3 => Fault::Html200,
        4 => Fault::DeadKey(401),
        5 => Fault::Busy { seconds: rng.bool().then_some(3), is_date: false },
        _ => Fault::Server { status: 502, body: Junk::Html, applied: false },
    }
}
