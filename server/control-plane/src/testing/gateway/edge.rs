//! What a client sends and gets, and how the in-memory gateway decides it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use model::{Edge, ProjectId};

use crate::ports::gateway::{HeaderRouting, Route, RouteTable, RouteTarget};

/// The port of the in-memory gateway's HTTPS side.
const HTTPS_PORT: u16 = 8443;

/// Over what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTPS; the host is also the name of the handshake, and the certificate is checked.
    Https,
}

/// A `GET` of a client on this machine, or a `POST` with a body.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Over what.
    pub scheme: Scheme,
    /// The host, without a port.
    pub host: String,
    /// The path and query.
    pub path: String,
    /// Further headers, in order.
    pub headers: Vec<(String, String)>,
    /// The size of the body, in bytes.
    pub body: usize,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// An upstream of a fixture answers its name in the first line, then one line a request header as it came:
    /// `name: value`, with the name in lower case.
    pub body: String,
}

impl Ask {
    /// Over plain HTTP.
    pub fn http(host: &str, path: &str) -> Self {
        Self { scheme: Scheme::Http, host: host.into(), path: path.into(), headers: Vec::new(), body: 0 }
    }

    /// Over HTTPS.
    pub fn https(host: &str, path: &str) -> Self {
        Self { scheme: Scheme::Https, ..Self::http(host, path) }
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With a body of so many bytes.
    #[must_use]
    pub const fn sending(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }

    /// Who asks: whoever connects, or whom the nearest of the trusted proxies names.
    fn client(&self, table: &RouteTable) -> IpAddr {
        let is_trusted =
            |address: IpAddr| table.edge.trusted_proxies.iter().any(|network| network.contains(address));
        let told = self.header("x-forwarded-for").unwrap_or_default();
        let hops = told.rsplit(',').map_while(|hop| hop.trim().parse().ok());
        let mut client = IpAddr::from(Ipv4Addr::LOCALHOST);
        for hop in hops {
            if !is_trusted(client) {
                break;
            }
            client = hop;
        }
        client
    }

    pub(super) fn url(&self) -> String {
        match self.scheme {
            Scheme::Http => format!("http://{}{}", self.host, self.path),
            Scheme::Https => format!("https://{}:{HTTPS_PORT}{}", self.host, self.path),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn request_id(&self) -> String {
        self.header("x-request-id").map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
    }
}

/// Where a request goes first.
pub(super) enum Hop {
    /// The gateway answers itself.
    Answer(Answer),
    /// To a project.
    Route { target: RouteTarget, hold: Duration, edge: Served },
}

/// Precedence for every request: hostnames, then aliases, then the header, then 404.
pub(super) fn first_hop(table: Option<&RouteTable>, ask: &Ask) -> Result<Hop, String> {
    let Some(table) = table else { return Err("nobody listens".into()) };
    let known = is_known(table, &ask.host);
    match ask.scheme {
        Scheme::Https if !known => return Err("no TLS handshake: no certificate for this name".into()),
        Scheme::Http if known => {
            let location = format!("https://{}:{HTTPS_PORT}{}", ask.host, ask.path);
            return Ok(Hop::Answer(answer(308, ask, &[("location", &location)], "")));
        }
        Scheme::Http | Scheme::Https => {}
    }
    let path = ask.path.split('?').next().unwrap_or_default();
    let found = by_name(table, &ask.host).or_else(|| by_header(table, ask.header("x-atomo-project")?));
    let own = found.map(|route| route.edge.clone()).unwrap_or_default();
    let (edge, client) = (Edge::of(&table.edge.policy, &own), ask.client(table));
    let size = u64::try_from(ask.body).unwrap_or(u64::MAX);
    Ok(match found {
        _ if !edge.admits(client) => Hop::Answer(answer(403, ask, &[], "Not from here")),
        Some(route) if !edge.blocks(path) && size <= edge.max_body.bytes() => {
            Hop::Route { target: route.target, hold: route.hold, edge: Served { edge, client } }
        }
        Some(_) if !edge.blocks(path) => Hop::Answer(answer(413, ask, &[], "Too large")),
        _ => Hop::Answer(answer(404, ask, &[], "Nothing here")),
    })
}

/// What holds for a request that is sent on.
pub(super) struct Served {
    edge: Edge,
    client: IpAddr,
}

/// Whether a name is anybody's.
pub(super) fn is_known(table: &RouteTable, host: &str) -> bool {
    by_name(table, host).is_some()
        || table.dashboard.as_ref().is_some_and(|(name, _)| same(name.as_str(), host))
}

fn by_name<'a>(table: &'a RouteTable, host: &str) -> Option<&'a Route> {
    let hostname = |route: &&Route| route.hostname.iter().any(|name| same(name.as_str(), host));
    let alias = |route: &&Route| route.aliases.iter().any(|name| same(name.as_str(), host));
    table.routes.values().find(hostname).or_else(|| table.routes.values().find(alias))
}

fn by_header<'a>(table: &'a RouteTable, id: &str) -> Option<&'a Route> {
    let id: ProjectId = id.parse().ok()?;
    table.routes.get(&id).filter(|_| table.header != HeaderRouting::Off)
}

fn same(name: &str, host: &str) -> bool {
    name.eq_ignore_ascii_case(host)
}

/// 503 with the maintenance page.
pub(super) fn maintenance(ask: &Ask) -> Answer {
    answer(503, ask, &[("retry-after", "5"), ("cache-control", "no-store")], "Back in a moment")
}

/// What the upstream of a fixture answers.
pub(super) fn proxied(name: &str, ask: &Ask, served: &Served) -> Answer {
    let headers = &served.edge.response_headers;
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut answer = answer(200, ask, &headers, "");
    let id = answer.headers["x-request-id"].clone();
    let kept = |header: &&(String, String)| {
        let name = header.0.to_ascii_lowercase();
        !matches!(name.as_str(), "x-atomo-project" | "x-request-id" | "forwarded")
            && !name.starts_with("x-forwarded-")
            && name != "x-real-ip"
    };
    let mut lines = vec![name.to_owned(), format!("host: {}", ask.host), format!("x-request-id: {id}")];
    lines.push(format!("x-forwarded-for: {}", served.client));
    lines.extend(
        ask.headers
            .iter()
            .filter(kept)
            .map(|(name, value)| format!("{}: {value}", name.to_ascii_lowercase())),
    );
    answer.body = lines.join("\n");
    answer
}

fn answer(status: u16, ask: &Ask, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().copied().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let id = ("x-request-id".to_owned(), ask.request_id());
    Answer { status, headers: headers.chain([id]).collect(), body: body.into() }
}
