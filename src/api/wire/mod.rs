//! JSON bodies, and nowhere else.
//!
//! In: patches to write, answers to read. Out: bytes, and the nouns of `domain`. Must never know: addresses, statuses.
//!
//! Reading takes both documented generations, ignores what it does not know, and never fails for a single field: a field
//! that cannot be read counts as not returned. Writing sends documented fields only, nested values whole.

pub mod patch;
pub mod product;
pub mod settings;
pub mod table;
pub mod value;
