//! Light, dark, or as the system: kept in a cookie, so that the first paint is right.

/// How the dashboard looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the operator's system does.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// That of the page that is rendered.
    #[cfg(feature = "ssr")]
    pub(crate) fn current() -> Self {
        Self::from_word(&crate::call_context::cookie(Self::COOKIE).unwrap_or_default())
    }

    /// That of the page that is open.
    #[cfg(not(feature = "ssr"))]
    pub(crate) fn current() -> Self {
        let root = leptos::prelude::document().document_element();
        Self::from_word(&root.and_then(|root| root.get_attribute("data-theme")).unwrap_or_default())
    }

    /// The name of its cookie.
    #[cfg(feature = "ssr")]
    pub(crate) const COOKIE: &str = "theme";

    /// Unknown words are as the system.
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// Its word in the cookie and in the document; none as the system.
    pub(crate) const fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// For people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "as the system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one that comes after it.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}
