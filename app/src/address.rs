//! The address of the page that is being rendered.

use axum::http::Uri;
use leptos::prelude::use_context;

/// Name and value pairs of a query string, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Parses the part of an address behind `?`. Invalid escapes are replaced, as browsers do.
    pub(crate) fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The first value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    /// All values of a name, in their order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Path and query of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) path: String,
    pub(crate) query: Query,
    /// Path and query as requested, without the ticket of a flash.
    pub(crate) text: String,
}

impl Address {
    /// The address of a request.
    pub(crate) fn of(uri: &Uri) -> Self {
        let (path, query) = (uri.path().to_owned(), uri.query().unwrap_or_default());
        let kept: Vec<&str> =
            query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("flash=")).collect();
        let text = if kept.is_empty() { path.clone() } else { format!("{path}?{}", kept.join("&")) };
        Self { path, query: Query::parse(query), text }
    }

    /// The address of the page that is being rendered; `/` outside of a page.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_default()
    }
}

/// A value of the query of this page.
pub(crate) fn query(name: &str) -> Option<String> {
    Address::current().query.get(name)
}

/// The segment of the path at this index, decoded; empty if there is none. `/projects/crm` has `projects` at 0.
pub(crate) fn segment(index: usize) -> String {
    let path = Address::current().path;
    let text = path.split('/').filter(|part| !part.is_empty()).nth(index).unwrap_or_default();
    Query::parse(&format!("it={}", text.replace('+', "%2B"))).get("it").unwrap_or_default()
}

/// A path with a query of the given pairs; pairs with an empty value are left out.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish().replace("%2F", "/").replace("%3D", "="); // allowed in a value, and readable
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests;
