//! Light, dark or system theme; stored in a cookie, so that the first paint is right.

/// The theme.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Follow the operating system.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// The theme of the request.
    pub(crate) fn current() -> Self {
        Self::from_word(&crate::call_context::cookie(Self::COOKIE).unwrap_or_default())
    }

    /// The name of the cookie.
    pub(crate) const COOKIE: &str = "theme";

    /// The theme of a cookie value; unknown values are [`Self::System`].
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value in the cookie and in the document; `None` for the system theme.
    pub(crate) const fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// The name for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "as the system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The next theme of the switch.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}
