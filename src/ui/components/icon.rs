//! The few signs the page uses, drawn as lines in the colour of the text around them. They are never the only bearer of
//! a meaning: words stand beside them.

use leptos::prelude::*;

/// A sign.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// Right, done.
    Tick,
    /// Wrong, refused.
    Cross,
    /// Worth a look.
    Warning,
    /// Not known.
    Question,
    /// As it was.
    Equal,
    /// Not done.
    Dash,
    /// Something to know.
    Info,
    /// A file.
    File,
    /// Down into the person's folder.
    Down,
    /// Old to new.
    Arrow,
    /// Many at once.
    Layers,
    /// Goods.
    Box,
    /// Settings.
    Sliders,
    /// What was.
    Clock,
    /// Back to what was.
    Back,
    /// A connection.
    Plug,
    /// Practice.
    Flask,
    /// Light theme.
    Sun,
    /// Dark theme.
    Moon,
    /// The system's theme.
    Screen,
    /// Once more.
    Again,
    /// Search.
    Lens,
    /// Bold text.
    Bold,
    /// Italic text.
    Italic,
    /// A link.
    Link,
    /// A list with bullets.
    Bullets,
    /// A list with numbers.
    Numbers,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Tick => "M4 10.5 8.2 14.7 16 6",
            Self::Cross => "M5 5l10 10M15 5 5 15",
            Self::Warning => "M10 3 18 16.5H2zM10 8v4M10 14.2v.1",
            Self::Question => "M7 7.4a3 3 0 1 1 4.6 2.5C10.5 10.7 10 11.3 10 12.5M10 15.8v.1",
            Self::Equal => "M4.5 7.5h11M4.5 12.5h11",
            Self::Dash => "M4.5 10h11",
            Self::Info => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15M10 9v5M10 6.3v.1",
            Self::File => "M5 2.5h6.5L15 6v11.5H5zM11 2.5V6.5h4",
            Self::Down => "M10 3v9.5M5.8 8.5 10 12.7l4.2-4.2M3.5 16.5h13",
            Self::Arrow => "M3.5 10h12.5M11.5 5.5 16 10l-4.5 4.5",
            Self::Layers => "M10 3 17.5 7 10 11 2.5 7zM3.5 10.5 10 14l6.5-3.5M3.5 13.8l6.5 3.5 6.5-3.5",
            Self::Box => "M3 6.5 10 3l7 3.5v7L10 17l-7-3.5zM3 6.5l7 3.5 7-3.5M10 10v7",
            Self::Sliders => "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
            Self::Clock => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15M10 5.5V10l3 2",
            Self::Back => "M7.5 4.5 3.5 8.5l4 4M3.5 8.5h8a5 5 0 0 1 0 8H8",
            Self::Plug => "M7 2.5v4M13 2.5v4M5 6.5h10v3a5 5 0 0 1-10 0zM10 14.5v3",
            Self::Flask => "M8 2.5h4M8.8 2.5v5L4 16a1 1 0 0 0 .9 1.5h10.2A1 1 0 0 0 16 16l-4.8-8.5v-5M6.5 12h7",
            Self::Sun => {
                "M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4"
            }
            Self::Moon => "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z",
            Self::Screen => "M2.5 4h15v10h-15zM7 17h6M10 14v3",
            Self::Again => "M15.5 6.5A6.5 6.5 0 1 0 16.5 11M16 3v4h-4",
            Self::Lens => "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11M13 13l4.5 4.5",
            Self::Bold => "M6 3.5h5a3.2 3.2 0 0 1 0 6.4H6zM6 9.9h5.8a3.3 3.3 0 0 1 0 6.6H6z",
            Self::Italic => "M8.5 3.5h6M5.5 16.5h6M11.8 3.5 8.2 16.5",
            Self::Link => {
                "M8.6 11.4a3.4 3.4 0 0 0 4.8 0l2.6-2.6A3.4 3.4 0 0 0 11.2 4l-1 1M11.4 8.6a3.4 3.4 0 0 0-4.8 0L4 11.2A3.4 3.4 0 0 0 8.8 16l1-1"
            }
            Self::Bullets => "M8 5h9M8 10h9M8 15h9M3.5 5v.1M3.5 10v.1M3.5 15v.1",
            Self::Numbers => "M8.5 5H17M8.5 10H17M8.5 15H17M2.8 4l1.4-.8V7.6M2.6 13a1.2 1.2 0 1 1 2 .9l-2 2.4h2.4",
        }
    }

    /// The sign, hidden from those who hear the page.
    pub(crate) fn view(self) -> AnyView {
        view! {
            <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
                <path d=self.path() />
            </svg>
        }
        .into_any()
    }
}
