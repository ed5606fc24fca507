//! The head of a file → how it is written, with the reasons, and what else it might be.
//!
//! In: a name and the first bytes. Out: a [`Guess`]: the choices that fit best, how sure that is, why, and the
//! alternatives, so that a person can look at it and choose otherwise. Must never know: rows beyond the head.

use super::choices::{Choices, Delimiter, Escape, Format, Quote};
use super::decode::Decoder;
use super::encoding::{Encoding, EncodingGuess, tell};
use super::header::{Top, top};
use super::json;
use super::refusal::{JsonFault, Refusal};
use super::scan::{Dialect, line_end};
use super::trial::Trial;
use crate::domain::ProductId;
use serde::{Deserialize, Serialize};

/// How sure a guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Confidence {
    /// Something else fits nearly as well, or nothing fits well: a person should look.
    Unsure,
    /// It fits clearly better than anything else, but not without a flaw.
    Likely,
    /// It fits without a flaw, and nothing else comes near.
    Sure,
}

/// Line ends in the head of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEnds {
    /// CR and LF, as Windows writes them.
    pub crlf: u32,
    /// LF alone.
    pub lf: u32,
    /// CR alone, as old Macs wrote them.
    pub cr: u32,
}

/// Another way to read the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// The choices to read it so.
    pub choices: Choices,
    /// What would come of it, in a sentence.
    pub why: String,
}

/// How a file seems to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The choices that fit best.
    pub choices: Choices,
    /// How sure that is.
    pub confidence: Confidence,
    /// The reasons, a sentence each: encoding, delimiter, quotes, what is skipped, headers.
    pub why: Vec<String>,
    /// What else it might be, the likelier first; at most six.
    pub alternatives: Vec<Alternative>,
    /// The line ends seen. More than one kind is no fault.
    pub line_ends: LineEnds,
    /// The file begins with a byte order mark.
    pub mark: bool,
    /// The physical line of a `sep=` line, which settled the delimiter.
    pub sep_line: Option<u32>,
}

/// Points by which the best dialect must lead the next delimiter to be sure.
const LEAD: i32 = 15;

/// Guesses how a file is written from its first bytes: [`HEAD_BYTES`](super::HEAD_BYTES) of them, or all there are, which
/// `is_whole` says. The name counts only where the content leaves it open.
///
/// # Errors
/// A [`Refusal`] for what is not a text, or whose header row cannot be read.
pub fn recognise(name: &str, head: &[u8], is_whole: bool) -> Result<Guess, Refusal> {
    let (encoding, text) = read_head(head, is_whole)?;
    guess(name, &text, is_whole, &encoding)
}

/// The text of a head, in the encoding it seems to be in.
fn read_head(head: &[u8], is_whole: bool) -> Result<(EncodingGuess, String), Refusal> {
    let encoding = tell(head, is_whole)?;
    let mut text = String::new();
    let body = head.strip_prefix(encoding.encoding.mark()).unwrap_or(head);
    Decoder::new(encoding.encoding, false).push(body, is_whole, &mut text);
    Ok((encoding, text))
}

/// The guess for a head that is decoded already.
pub(super) fn guess(name: &str, text: &str, at_end: bool, encoding: &EncodingGuess) -> Result<Guess, Refusal> {
    let base = Choices { encoding: encoding.encoding, ..Choices::default() };
    let mut guess = Guess {
        choices: base,
        confidence: if encoding.mixed { Confidence::Unsure } else { Confidence::Sure },
        why: vec![encoding.why.clone()],
        alternatives: Vec::new(),
        line_ends: line_ends(text.as_bytes()),
        mark: encoding.mark,
        sep_line: None,
    };
    if text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0').is_empty() {
        return Err(if at_end { Refusal::Empty } else { Refusal::HeaderTooLong });
    }
    let is_named_json = name.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    if json::looks_like_it(text, is_named_json) {
        guess.choices.format = Format::Json;
        guess.why.push("It begins as a list or an object of JSON does.".into());
        return Ok(guess);
    }
    let (skipped, told) = lead_in(text, at_end)?;
    guess.sep_line = told.map(|(_, line)| line);
    let rest = text.get(skipped.at..).unwrap_or("");
    let is_tsv = name.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("tsv") || end.eq_ignore_ascii_case("tab"));
    let mut trials: Vec<(i32, Choices, Trial)> = Vec::new();
    for delimiter in Delimiter::ALL {
        let trial = Trial::new(rest, skipped.line, Dialect::plain(delimiter.byte()), at_end);
        let named = i32::from(is_tsv && delimiter == Delimiter::Tab) * 5;
        trials.push((trial.points() + named, Choices { delimiter, ..base }, trial));
    }
    // Stable: the first in the list wins a tie. What `sep=` says comes first, whatever the rows say.
    trials.sort_by_key(|(points, choices, _)| (told.is_none_or(|(told, _)| told != choices.delimiter), -points));
    if trials.iter().any(|(_, _, trial)| trial.endless) && trials.iter().all(|(_, _, trial)| trial.endless) {
        return Err(Refusal::HeaderTooLong);
    }
    // Where the best has a flaw, the rarer ways to write cells may be what is wrong with each.
    let flawed = trials.first().is_none_or(|(_, _, trial)| trial.counts().2 > 0 || trial.words() < 2 || trial.has_single);
    for trial in trials.iter_mut().take(if flawed { 4 } else { 2 }) {
        refine(rest, skipped.line, at_end, trial);
    }
    trials.sort_by_key(|(points, choices, _)| (told.is_none_or(|(told, _)| told != choices.delimiter), -points));
    let lead = match trials.as_slice() {
        [(first, ..), (second, ..), ..] => first - second,
        _ => 0,
    };
    let others: Vec<_> = trials.split_off(trials.len().min(1));
    let Some((_, choices, trial)) = trials.pop() else { return Err(Refusal::Empty) };
    guess.choices = choices;
    if json_was_meant(is_named_json, &trial) {
        return Err(Refusal::JsonDamaged { line: skipped.line, fault: JsonFault::Value });
    }
    let top = top(&trial).map_err(|(line, damage)| Refusal::HeaderDamaged { line, damage })?;
    guess.choices.has_header = top.has_header;
    guess.choices.skip = top.line - 1;
    let (_, _, damaged) = trial.counts();
    // Of one column, no delimiter can be told, and none is needed.
    let alone = trial.width == 1 && lead == 0;
    let sure = (told.is_some() || lead >= LEAD || alone) && damaged == 0 && top.words > 0;
    let fits = if sure {
        Confidence::Sure
    } else if lead >= LEAD / 3 || top.words > 1 {
        Confidence::Likely
    } else {
        Confidence::Unsure
    };
    // A backslash before a quote may also be a letter before one that was not doubled.
    let fits = if choices.escape == Escape::Backslash { fits.min(Confidence::Likely) } else { fits };
    guess.confidence = guess.confidence.min(fits);
    explain(&mut guess, &trial, top);
    offer(&mut guess, &others, encoding, trial.has_wrapped());
    Ok(guess)
}

/// A file named `.json` that begins like none, and has no header either.
fn json_was_meant(is_named_json: bool, trial: &Trial) -> bool {
    is_named_json && trial.words() == 0
}

/// Where the content begins.
#[derive(Clone, Copy)]
struct Start {
    at: usize,
    line: u32,
}

/// Passes over blank lines and a `sep=` line, which names the delimiter.
fn lead_in(text: &str, at_end: bool) -> Result<(Start, Option<(Delimiter, u32)>), Refusal> {
    let (mut at, mut line, mut told) = (0, 1, None);
    loop {
        let rest = text.get(at..).unwrap_or("");
        if rest.is_empty() {
            return Err(if at_end { Refusal::Empty } else { Refusal::HeaderTooLong });
        }
        let (end, next) = line_end(rest.as_bytes(), at_end).ok_or(Refusal::HeaderTooLong)?;
        let content = rest.get(..end).unwrap_or("");
        if let (None, Some(delimiter)) = (told, separator_line(content)) {
            told = Some((delimiter, line));
        } else if !is_blank_line(content) {
            return Ok((Start { at, line }, told));
        }
        at += next;
        line += 1;
    }
}

/// Whether a line holds nothing a person could see.
pub(super) fn is_blank_line(line: &str) -> bool {
    line.trim_matches([' ', '\t', '\u{feff}', '\u{a0}']).is_empty()
}

/// The delimiter that a `sep=;` line names, quoted or not.
pub(super) fn separator_line(line: &str) -> Option<Delimiter> {
    let line = line.trim_start_matches('\u{feff}').trim_matches(['"', ' ']);
    let (name, mark) = line.split_at_checked(4)?;
    let &[mark] = mark.as_bytes() else { return None };
    Delimiter::ALL.into_iter().find(|delimiter| delimiter.byte() == mark).filter(|_| name.eq_ignore_ascii_case("sep="))
}

/// Tries the rarer ways to write a cell, where the text gives reason to.
fn refine(text: &str, line: u32, at_end: bool, best: &mut (i32, Choices, Trial)) {
    let (sample, plain) = (text.get(..text.floor_char_boundary(64 << 10)).unwrap_or(text), best.1);
    let delimiter = plain.delimiter.char();
    let spaced = best.2.filled > 2 && best.2.spaced * 5 >= best.2.filled * 4 && delimiter != '\t';
    // A space before a quote in a row or two is damage; in most rows it is how the file is written.
    let (all, regular, damaged) = best.2.counts();
    let follows = |quote: char| sample.contains(&format!("{delimiter} {quote}"));
    let after_space = delimiter != '\t' && damaged * 2 > all && (follows('"') || follows('\''));
    let spaces: &[bool] = if spaced {
        &[true]
    } else if after_space {
        &[false, true]
    } else {
        &[false]
    };
    // Where they stand in damaged rows alone, no cell shows them.
    let single = |before: char| sample.contains(&format!("{before}'"));
    let has_single = best.2.has_single || (damaged > 0 && [delimiter, '\n', '\r'].into_iter().any(single));
    let quotes: &[Quote] = if has_single { &[Quote::Double, Quote::Single] } else { &[Quote::Double] };
    let slashes = sample.contains("\\\"") || (has_single && sample.contains("\\'"));
    let escapes: &[Escape] = if slashes { &[Escape::Doubled, Escape::Backslash] } else { &[Escape::Doubled] };
    let ways = spaces.iter().flat_map(|&spaced| {
        quotes.iter().flat_map(move |&quote| escapes.iter().map(move |&escape| Choices { spaced, quote, escape, ..plain }))
    });
    // What hides a damage must have more for it than that: single quotes stand around most cells, around ids, are doubled, or bring
    // rows right that hold a delimiter; backslashes bring rows right, and quotes are not doubled.
    let is_wrapped = best.2.is_wrapped() || (has_single && has_wrapped_id(sample, plain.delimiter.byte()));
    let doubled = best.2.doubled + u32::from(has_doubled(sample, plain.delimiter.byte()));
    for choices in ways.filter(|choices| *choices != plain) {
        let trial = Trial::new(text, line, choices.dialect(), at_end);
        // The file's extension counts for both alike.
        let points = trial.points() + best.0 - Trial::points(&best.2).min(best.0);
        let (_, now, left) = trial.counts();
        let is_meant = match choices {
            Choices { quote: Quote::Single, .. } => is_wrapped || trial.doubled > 0 || (trial.held > 0 && now > regular),
            Choices { escape: Escape::Backslash, .. } => now > regular && (doubled == 0 || damaged > left + doubled),
            _ => true,
        };
        let better = points > best.0 + 1 || (spaced && choices.spaced && !best.1.spaced && points >= best.0);
        if better && is_meant {
            *best = (points, choices, trial);
        }
    }
}

/// Whether a cell is an id in single quotes.
fn has_wrapped_id(text: &str, delimiter: u8) -> bool {
    let ends = |byte: Option<&u8>| byte.is_none_or(|&byte| byte == delimiter || matches!(byte, b' ' | b'\r' | b'\n'));
    let is_id = |at: usize| {
        let bytes = text.as_bytes();
        let id = bytes.get(at + 1..at + 25).is_some_and(|id| ProductId::from_ascii(id).is_ok());
        id && bytes.get(at + 25) == Some(&b'\'')
            && ends(bytes.get(at + 26))
            && ends(at.checked_sub(1).and_then(|at| bytes.get(at)))
    };
    memchr::memchr_iter(b'\'', text.as_bytes()).any(is_id)
}

/// Whether a doubled quote stands in the midst of a text, whatever its row is like.
fn has_doubled(text: &str, delimiter: u8) -> bool {
    let is_letter = |byte: u8| !matches!(byte, b'"' | b'\\' | b'\r' | b'\n') && byte != delimiter;
    text.as_bytes().windows(4).any(|four| matches!(*four, [before, b'"', b'"', after] if is_letter(before) && is_letter(after)))
}

fn explain(guess: &mut Guess, trial: &Trial, top: Top) {
    let choices = guess.choices;
    let (all, regular, damaged) = trial.counts();
    let name = choices.delimiter.name();
    guess.why.push(if let Some(line) = guess.sep_line {
        format!("Line {line} says that {name} separate the cells.")
    } else if trial.width > 1 {
        format!("Read with {name}, {regular} of its first {all} rows have {} cells.", trial.width)
    } else {
        "Its rows have one cell each.".to_owned()
    });
    if damaged > 0 {
        guess.why.push(format!("{damaged} of its first {all} rows are damaged."));
    }
    if choices.spaced {
        guess.why.push("A space stands after each delimiter.".into());
    }
    if choices.quote == Quote::Single {
        guess.why.push("Its cells are in single quotes.".into());
    }
    if choices.escape == Escape::Backslash {
        guess.why.push("Quotes inside cells are written with a backslash.".into());
    }
    guess.why.push(match (top.has_header, top.words) {
        (true, 0) => format!("The headers seem to be on line {}, though none is known.", top.line),
        (true, words) => format!("The headers are on line {}: {words} of them are known.", top.line),
        (false, _) => format!("There is no header row: line {} holds a product id already.", top.line),
    });
}

/// The other ways to read it that are worth a look.
fn offer(guess: &mut Guess, others: &[(i32, Choices, Trial)], encoding: &EncodingGuess, has_wrapped: bool) {
    let choices = guess.choices;
    let mut offer = |choices: Choices, why: String| guess.alternatives.push(Alternative { choices, why });
    if !encoding.mark && (encoding.mixed || choices.encoding == Encoding::Windows1252) {
        let other = if choices.encoding == Encoding::Utf8 { Encoding::Windows1252 } else { Encoding::Utf8 };
        offer(Choices { encoding: other, ..choices }, format!("Read as {}.", other.name()));
    }
    for (_, other, trial) in others {
        let (all, regular, _) = trial.counts();
        if let (true, Ok(top)) = (trial.width > 1, top(trial)) {
            let why =
                format!("Read with {}, {regular} of its first {all} rows have {} cells.", other.delimiter.name(), trial.width);
            offer(Choices { has_header: top.has_header, skip: top.line - 1, ..*other }, why);
        }
    }
    let header =
        if choices.has_header { "The first row read is a product's already." } else { "The first row read holds the headers." };
    offer(Choices { has_header: !choices.has_header, ..choices }, header.into());
    if choices.escape == Escape::Backslash {
        offer(Choices { escape: Escape::Doubled, ..choices }, "A backslash is a letter like others.".into());
    }
    if choices.quote == Quote::Double && has_wrapped {
        offer(Choices { quote: Quote::Single, ..choices }, "Its cells are in single quotes.".into());
    }
    offer(Choices { quote: Quote::None, ..choices }, "Quotes are letters like others.".into());
    guess.alternatives.truncate(6);
}

/// Counts line ends in the first 64 KiB.
fn line_ends(bytes: &[u8]) -> LineEnds {
    let bytes = bytes.get(..bytes.len().min(64 << 10)).unwrap_or(bytes);
    let mut ends = LineEnds::default();
    for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => ends.crlf += 1,
            (Some(b'\r'), _) => ends.cr += 1,
            _ if at > 0 && bytes.get(at - 1) == Some(&b'\r') => {}
            _ => ends.lf += 1,
        }
    }
    ends
}
