//! THE CONVERSATION. The bulk run as a state machine, and what the page may ask of it.

pub mod hands;
pub mod protocol;
