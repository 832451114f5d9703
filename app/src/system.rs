//! Settings of the fleet itself: repositories, tokens, what it runs on.

pub(crate) mod api;
mod facts;
mod settings;
mod tokens;

pub(crate) use settings::SettingsPage;
