//! The address of a control plane, and paths below it.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The base URL of a control plane: `http` or `https`, without user, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

/// A path below `/api/v1`: segments and query.
#[derive(Debug, Clone, Default)]
pub struct Path<'a> {
    parts: Vec<&'a str>,
    query: Vec<(&'static str, String)>,
}

impl<'a> Path<'a> {
    /// A path of segments. Each is encoded as one segment, whatever characters it has.
    pub fn of(parts: &[&'a str]) -> Self {
        Self { parts: parts.to_vec(), query: Vec::new() }
    }

    /// Adds a query parameter if there is a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }
}

impl FromStr for ServerUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const ACCEPTED: &str =
            "Accepted: an address such as http://127.0.0.1:3000 or https://fleet.example.com.";
        let fault = |what: &str| format!("The server's address {what}. {ACCEPTED}");
        let mut url = Url::parse(text.trim()).map_err(|_| fault("is not an address"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(fault("is neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fault("contains a user or a password; use atomoctl login"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(fault("contains a query or a fragment"));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl ServerUrl {
    /// The URL of a path.
    pub fn url(&self, path: &Path<'_>) -> Url {
        let mut url = self.0.clone();
        // fails only for URLs without a host, which the constructor rejects
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(&path.parts);
        }
        if !path.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&path.query);
        }
        url
    }

    /// Whether the connection is not encrypted.
    pub fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Whether it is the local machine.
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests;
