//! The identifiers by which our parts are recognised in Caddy's configuration. Rendering, merging and reading share them.

/// The name of the HTTP server.
pub(crate) const HTTP: &str = "atomo_http";
/// The name of the HTTPS server.
pub(crate) const HTTPS: &str = "atomo_https";
/// The `@id` of our TLS policy. The subjects of this policy are the names that we manage.
pub(crate) const TLS_POLICY: &str = "atomo_tls";
/// The tag of the certificates that we load.
pub(crate) const OWN_TAG: &str = "atomo";
/// Prefix of the `@id` of a project's HTTPS route, before the project's id. An id contains no underscore, so the two
/// prefixes are unambiguous.
pub(crate) const ROUTE_ID: &str = "atomo_route_";
/// Prefix of the `@id` of its HTTP route, which matches by header.
pub(crate) const HTTP_ROUTE_ID: &str = "atomo_http_route_";
/// The variable in a project's route that contains its own edge policy, because the policy cannot be read back from the
/// rendered handlers.
pub(crate) const EDGE: &str = "atomo_edge";
