//! Settings of the fleet itself: repositories, tokens, what it runs on.

pub(crate) mod api;
mod facts;
mod revoke;
mod settings;
mod tokens;

pub(crate) use revoke::RevokeTokenPage;
pub(crate) use settings::SettingsPage;
