//! Open enumerations: the reference shows only examples of these values, so each has a known set and `Other`.

/// Declares an open enumeration of strings: known values, and `Other` for what the reference does not show. What the
/// service returned is written back to the letter.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value the reference does not show, kept to the letter.
            Other(String),
        }

        impl $name {
            /// The values the reference shows or implies.
            pub const KNOWN: &'static [&'static str] = &[$($text),+];

            /// The value as the service writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }

            /// Whether the value is one the reference shows or implies.
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Other(text.to_owned()),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|text| Self::from(text.as_str()))
            }
        }
    };
}

open_enum! {
    /// The unit of `expiringVoucherHighlight.duration`. Seen: `days` ([dev 37690410]).
    Timeframe {
        /// Days.
        Days => "days",
        /// Weeks (inferred).
        Weeks => "weeks",
        /// Months (inferred from `intervalUnit`).
        Months => "months",
    }
}

open_enum! {
    /// What a permission entry, or a combination inside it, speaks of. Seen: `role` ([dev 37690410]).
    PermissionType {
        /// Roles.
        Role => "role",
        /// Tags (inferred from the CSV column "Tags").
        Tag => "tag",
        /// Single users (inferred from the CSV column "Users").
        User => "user",
        /// Combinations (inferred from the CSV column "Combination Type").
        Combination => "combination",
    }
}

open_enum! {
    /// The unit of `purchaseLimit.intervalCount`. Seen: `months` ([dev 37690410]).
    IntervalUnit {
        /// Days (inferred).
        Days => "days",
        /// Weeks (inferred).
        Weeks => "weeks",
        /// Months.
        Months => "months",
        /// Years (inferred).
        Years => "years",
    }
}

open_enum! {
    /// What the people of a permission entry may do. Seen: `full-access` ([dev 37690410]).
    AccessLevel {
        /// See and buy.
        FullAccess => "full-access",
    }
}

open_enum! {
    /// Who sees the widget (`widget.accessMode`). Seen: `live`, `development` ([adss cfg/get]).
    AccessMode {
        /// Every visitor.
        Live => "live",
        /// Only the test users and roles (inferred from their names).
        Development => "development",
    }
}

open_enum! {
    /// How the widget finds its size (`widget.size.mode`). Seen: `dynamic` ([adss cfg/get]).
    SizeMode {
        /// By the page around it.
        Dynamic => "dynamic",
    }
}
