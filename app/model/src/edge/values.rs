//! Values of an edge policy. Their constructors are the only way into the gateway's configuration, where braces are
//! placeholders that could read the gateway's environment.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::Invalid;
use crate::text::validated_text;

/// A network, IPv4 or IPv6. An address alone is a network of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct Cidr(IpNet);

const NETWORKS: &str = "an address or a network such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32";

impl Cidr {
    /// Whether it contains an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Cidr {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse::<IpNet>().map_err(|_| {
                Invalid::new(format!("\"{}\" is not a network.", text.escape_default()), NETWORKS)
            })?,
        };
        let meant = network.trunc();
        if network != meant {
            let address = network.addr();
            return Err(Invalid::new(
                format!("{network} has host bits set; use {meant}, or {address} alone."),
                NETWORKS,
            ));
        }
        if matches!(network, IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some()) {
            return Err(Invalid::new("This is an IPv4 network written as IPv6.", NETWORKS));
        }
        Ok(Self(network))
    }
}

impl TryFrom<String> for Cidr {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Cidr> for String {
    fn from(network: Cidr) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A rate limit: requests per client address and window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "super::RateLimitDraft")]
pub struct RateLimit {
    requests: u32,
    window_s: u32,
}

impl RateLimit {
    /// 1 to 1,000,000 requests in 1 second to 1 day.
    pub fn new(requests: u32, window_s: u32) -> Result<Self, Invalid> {
        const ACCEPTED: &str = "1 to 1,000,000 requests in 1 to 86,400 seconds";
        if (1..=1_000_000).contains(&requests) && (1..=86_400).contains(&window_s) {
            Ok(Self { requests, window_s })
        } else {
            Err(Invalid::new(format!("{requests} requests in {window_s} s is out of range."), ACCEPTED))
        }
    }

    /// Number of requests.
    pub const fn requests(self) -> u32 {
        self.requests
    }

    /// Length of the window in seconds.
    pub const fn window_s(self) -> u32 {
        self.window_s
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests in {} s", self.requests, self.window_s)
    }
}

validated_text! {
    /// A blocked path: `/metrics`, with or without a trailing slash, or every path with the prefix `/workflows` as
    /// `/workflows*`. Matching ignores case.
    BlockedPath, check_path
}

impl BlockedPath {
    /// Whether it matches a path without its query.
    pub fn covers(&self, path: &str) -> bool {
        let (path, pattern) = (path.to_ascii_lowercase(), self.as_str().to_ascii_lowercase());
        match pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == pattern || path.strip_suffix('/') == Some(pattern.as_str()),
        }
    }
}

fn check_path(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "a path such as /metrics, or /workflows* for all that begins with it";
    let text = text.trim();
    let fault = |message: String| Err(Invalid::new(message, ACCEPTED));
    if !text.starts_with('/') {
        return fault("A path starts with a slash.".into());
    }
    if text.len() > 200 {
        return fault("A path has at most 200 characters.".into());
    }
    let name = text.strip_suffix('*').unwrap_or(text);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!$&'()+,;=:@".contains(&byte);
    match name.chars().find(|c| !u8::try_from(*c).is_ok_and(is_plain)) {
        Some('*') => fault("A * is accepted at the end only.".into()),
        Some(wrong) => fault(format!("\"{}\" is not accepted in a path.", wrong.escape_default())),
        None if name.contains("//") || name.split('/').any(|part| part == "." || part == "..") => {
            fault("This path is not normalised.".into())
        }
        None => Ok(text.to_owned()),
    }
}

validated_text! {
    /// The name of a header, in lower case.
    HeaderName, check_name
}

/// Headers that belong to the connection, to a single response or to the gateway.
const RESERVED: [&str; 18] = [
    "alt-svc",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "date",
    "keep-alive",
    "location",
    "proxy-authenticate",
    "retry-after",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
    "x-request-id",
];

fn check_name(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "the name of a header such as x-frame-options: letters, digits and hyphens";
    let name = text.trim().to_ascii_lowercase();
    let well_formed = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !well_formed {
        return Err(Invalid::new(
            format!("\"{}\" is not the name of a header.", text.escape_default()),
            ACCEPTED,
        ));
    }
    if RESERVED.contains(&name.as_str()) {
        return Err(Invalid::new(
            format!("{name} belongs to a single response or to the gateway."),
            ACCEPTED,
        ));
    }
    Ok(name)
}

validated_text! {
    /// The value of a header.
    HeaderText, check_text
}

fn check_text(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "1 to 4,096 characters of ASCII on one line, without braces";
    let text = text.trim();
    if text.is_empty() || text.len() > 4096 {
        return Err(Invalid::new("This is empty or too long.", ACCEPTED));
    }
    match text.chars().find(|c| !matches!(c, ' '..='~') || matches!(c, '{' | '}')) {
        Some('{' | '}') => Err(Invalid::new("The gateway would interpret braces as placeholders.", ACCEPTED)),
        Some(wrong) => {
            Err(Invalid::new(format!("\"{}\" is not accepted.", wrong.escape_default()), ACCEPTED))
        }
        None => Ok(text.to_owned()),
    }
}
