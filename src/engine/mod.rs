//! THE CONVERSATION. The bulk run as a state machine, and what the page may ask of it.
//!
//! In: questions, a dropped file, the hands of the world. Out: answers and events. Must never know: Leptos, the DOM.
//!
//! Start at [`protocol`] for what can be asked, at [`serve`] for who answers, and at [`run`] for the bulk run itself.

mod gate;
pub mod hands;
mod journal;
pub mod protocol;
pub mod run;
mod saving;
pub mod serve;
pub mod session;
mod words;
