//! API tokens: created, shown once, revoked.

pub(crate) mod api;
mod panel;
mod revoke;

pub(crate) use panel::TokensPanel;
pub(crate) use revoke::revoke_token_page;
