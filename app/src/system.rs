//! Settings of the fleet itself: repositories, tokens, what it runs on.

pub(crate) mod api;
mod away;
mod facts;
mod revoke;
mod settings;
mod tokens;

pub(crate) use away::Away;
pub(crate) use revoke::RevokeTokenPage;
pub(crate) use settings::SettingsPage;
