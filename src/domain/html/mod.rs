//! HTML of strangers: the descriptions of stores and products. THE list of what is let through, as plain functions.
//!
//! In: names and values as a browser's parser read them. Out: an element that may be built, or what is left out and why. What is
//! built takes its names from the tables here, never from the text; so a name that is not in a table cannot appear.
//!
//! `browser::html` walks a parsed text and asks here; [`write`] makes text of what was let through; [`Nesting`] keeps a tree such
//! that its text, read again, gives the same tree.

mod address;
mod aside;
mod left_out;
mod nesting;
mod style;
mod table;
mod write;

pub use address::{NotLink, link, picture};
pub use aside::{name_before, set_aside};
pub use left_out::{LeftOut, Notes};
pub use nesting::{BLOCKS, DEEPEST, Fit, Nesting};
pub use table::{Element, Kept, check};
pub use write::Writer;

/// The longest text that is read, in bytes of UTF-8. Descriptions are a few thousand; the parser cannot be stopped half-way.
pub const LONGEST: usize = 200_000;

/// The most elements that a parser may be made to build by formatting that was never closed.
const MOST_COPIES: usize = 20_000_000;

/// Whether a text may be handed to a parser at all.
///
/// A parser opens formatting that was left open again in every paragraph that follows: a thousand `<b>`, then a thousand `<p>`, are a
/// million elements. Counted is the worst that could come of it, from the opening tags alone, since closing tags may be make-believe.
///
/// # Errors
/// [`LeftOut::Size`] or [`LeftOut::Tangle`]: then nothing of the text can be shown.
pub fn may_be_read(html: &str) -> Result<(), LeftOut> {
    if html.len() > LONGEST {
        return Err(LeftOut::Size);
    }
    let (mut tags, mut formatting) = (0usize, 0usize);
    for rest in html.split('<').skip(1).filter(|rest| !rest.starts_with('/')) {
        tags += 1;
        let name: String = rest.chars().take(7).take_while(char::is_ascii_alphabetic).collect();
        formatting += usize::from(REOPENED.contains(&name.to_ascii_lowercase().as_str()));
    }
    if formatting.saturating_mul(tags) > MOST_COPIES { Err(LeftOut::Tangle) } else { Ok(()) }
}

/// What a parser opens again: the "formatting elements" of the HTML standard.
const REOPENED: [&str; 14] = ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

#[cfg(test)]
mod tests;
