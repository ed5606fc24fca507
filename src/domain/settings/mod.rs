//! The store's settings: what they are, what changed, what may be sent, and what to do when two people change them.
//!
//! In: nothing. Out: [`Settings`] and pure functions of them. Must never know: JSON but as text, HTTP, screens.
//!
//! `model` has the types, `path` and `value` name and hold one setting, `compare` says what differs ([`changes`]),
//! [`merge`]s two people's changes and tells what the service [`kept`], `patch` makes what is sent ([`body`]) and says
//! what cannot be, `host` reads the widget's domains, `draft` puts unsaved changes aside, `late`
//! follows what was sent and does not show yet.

mod compare;
mod draft;
mod host;
mod late;
mod model;
mod patch;
mod path;
mod value;

pub use compare::{Clash, Difference, Merge, Reads, SettingChange, changes, kept, merge};
pub use draft::{Draft, Resumed};
pub use host::{DomainIssue, NotADomain, check_domains, is_international, parse_domain};
pub use late::{Caught, as_asked, catch_up};
pub use model::{Appearance, CallToAction, Cover, Currency, Palette, Settings, Size, Theme, Unknown, Walk, Widget};
pub use patch::{MAX_TITLE, SettingsPatch, TitleLength, Unfit, Why, body, is_never_sent, problems, title_length};
pub use path::{FIELDS, Section, SettingPath};
pub use value::{Items, NotJson, Opaque, SettingValue};
