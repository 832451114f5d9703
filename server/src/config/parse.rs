//! Parses and validates settings. Every fault is reported.

mod backups;
mod deletes;
mod deploys;
mod drift;
mod schemas;
mod ssm;
mod tls;
mod wal_archive;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use control_plane::ports::gateway::HeaderRouting;
use driver_docker::{InvalidSubnets, Subnets};
use gateway_caddy::AdminAddress;
use model::{ByteSize, HostnamePattern, InstanceLimits, Invalid, Limits, PoolSize, ReleaseRef};
use url::Url;

use super::database_servers;
use super::table::{PREFIX, Secret, find};
use super::{Config, FileRepos, LogFormat, Raw, Runs, SecretsIn, Wrong};

/// Collects faults while all settings are read.
struct Reader<'a> {
    raw: &'a Raw,
    wrong: Vec<Wrong>,
}

type Parsed<T> = Result<T, String>;

impl Reader<'_> {
    /// The value of a setting; on a fault records it and returns `fallback`.
    fn read<T>(&mut self, name: &str, fallback: T, parse: impl FnOnce(&str) -> Parsed<T>) -> T {
        let (text, origin) = self.raw.get(name);
        parse(text).unwrap_or_else(|fault| {
            let setting = find(name);
            let hidden = setting.is_some_and(|setting| setting.secret == Secret::Yes);
            self.wrong.push(Wrong {
                name: format!("{PREFIX}{name}"),
                value: Some(if hidden { "[redacted]".into() } else { text.into() }),
                origin: origin.into(),
                fault,
                accepted: setting.map_or("", |setting| setting.accepted).into(),
            });
            fallback
        })
    }

    fn path(&mut self, name: &str) -> Option<PathBuf> {
        self.read(name, None, |text| optional(text, absolute))
    }

    fn seconds(&mut self, name: &str, least: u64, most: u64) -> Duration {
        self.read(name, Duration::ZERO, |text| within(text, least, most).map(Duration::from_secs))
    }
}

/// Stands for an address that was not accepted.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// The reader, and the address that other settings depend on.
fn begin(raw: &Raw) -> (Reader<'_>, SocketAddr) {
    let mut r = Reader { raw, wrong: Vec::new() };
    let listen = r.read("LISTEN", NOWHERE, address);
    (r, listen)
}

/// All settings, or all faults.
pub(super) fn config(raw: &Raw) -> Result<Config, Vec<Wrong>> {
    let (mut r, listen) = begin(raw);
    let config = all(&mut r, listen);
    if r.wrong.is_empty() { Ok(config) } else { Err(r.wrong) }
}

fn all(r: &mut Reader<'_>, listen: SocketAddr) -> Config {
    Config {
        listen,
        public_url: r.read("PUBLIC_URL", unknown_url(), |text| public_url(text, listen)),
        data_dir: r.read("DATA_DIR", PathBuf::new(), data_dir),
        database_url: r.read("DATABASE_URL", None, |text| optional(text, postgres_url)).map(Into::into),
        database_servers: r.read("DATABASE_SERVERS", Vec::new(), database_servers::parse),
        pg_bin: r.path("PG_BIN"),
        runs: runs(r),
        limits: limits(r),
        secrets: r.read("SECRETS", SecretsIn::Sealed, str::parse),
        ssm: ssm::settings(r),
        caddy_admin: r.read("CADDY_ADMIN", None, |text| optional(text, caddy_admin)),
        caddy_bin: r.path("CADDY_BIN"),
        gateway_http: r.read("GATEWAY_HTTP", NOWHERE, address),
        gateway_https: r.read("GATEWAY_HTTPS", NOWHERE, address),
        issuer: tls::issuer(r),
        certificates: r.read("CERTIFICATES", None, |text| optional(text, tls::folder)),
        hostname_pattern: r.read("HOSTNAME_PATTERN", HostnamePattern::default(), hostname_pattern),
        backups: backups::settings(r),
        certificate_alert_days: r.read("CERTIFICATE_ALERT_DAYS", 14, |text| within(text, 1, 90)),
        allow_file_repos: r.read("ALLOW_FILE_REPOS", FileRepos::Examples, schemas::file_repos),
        schemas: schemas::settings(r),
        repository_limit: ByteSize::mib(r.read("REPOSITORY_LIMIT_MIB", 1, |text| within(text, 1, 65_536))),
        examples: r.path("EXAMPLES"),
        upstream_ports: r.read("UPSTREAM_PORTS", (0, 0), ports),
        pool_size: r.read("POOL_SIZE", PoolSize::default(), pool_size),
        hold: r.seconds("HOLD", 0, 60),
        ready_timeout: r.seconds("READY_TIMEOUT", 1, 3600),
        verify_timeout: r.seconds("VERIFY_TIMEOUT", 1, 600),
        grace: r.seconds("GRACE", 0, 600),
        sweep: r.seconds("SWEEP", 1, 300),
        drift: drift::settings(r),
        failed_retry: r.seconds("FAILED_RETRY", 1, 86_400),
        concurrency: r.read("CONCURRENCY", 1, |text| within(text, 1, 256)),
        header_routing: r.read("HEADER_ROUTING", HeaderRouting::Off, header_routing),
        site: r.path("SITE"),
        log: r.read("LOG", String::new(), filter),
        log_format: r.read("LOG_FORMAT", LogFormat::Text, shape),
    }
}

/// The driver's settings. Those of the other driver are validated too, so that a fault shows before a switch.
fn runs(r: &mut Reader<'_>) -> Runs {
    let docker = r.read("DRIVER", false, |text| match text {
        "process" => Ok(false),
        "docker" => Ok(true),
        _ => Err("not an accepted value".into()),
    });
    let program = r.path("SERVER_BIN");
    let image = r.read("SERVER_IMAGE", None, |text| match optional(text, image)? {
        None if docker => Err("DRIVER = docker needs one".into()),
        image => Ok(image),
    });
    let socket = r.read("DOCKER_HOST", PathBuf::new(), |text| {
        absolute(text.strip_prefix("unix://").ok_or("this is not the path of a socket")?)
    });
    let subnets = r.read("DOCKER_SUBNETS", Subnets::default(), |text| {
        text.parse().map_err(|fault: InvalidSubnets| fault.to_string())
    });
    match image {
        Some(image) if docker => Runs::Containers { image, socket, subnets },
        _ => Runs::Processes(program),
    }
}

/// Rejects `latest` and images without tag: they change over time.
fn image(text: &str) -> Parsed<String> {
    let release = ReleaseRef::try_from(text.to_owned())
        .map_err(|fault| fault.message.trim_end_matches('.').to_owned())?;
    if release.is_image() {
        Ok(release.into())
    } else {
        Err("it has neither tag nor digest, which means latest".into())
    }
}

/// The limits of a new project.
fn limits(r: &mut Reader<'_>) -> Limits {
    fn limit<T: TryFrom<String, Error = Invalid>>(r: &mut Reader<'_>, name: &str, fallback: T) -> T {
        r.read(name, fallback, |text| {
            T::try_from(text.to_owned()).map_err(|fault| fault.message.trim_end_matches('.').to_owned())
        })
    }
    let Limits { instance: InstanceLimits { memory, cpu, pids }, restarts } = Limits::default();
    Limits {
        instance: InstanceLimits {
            memory: limit(r, "LIMIT_MEMORY", memory),
            cpu: limit(r, "LIMIT_CPU", cpu),
            pids: limit(r, "LIMIT_PIDS", pids),
        },
        restarts: limit(r, "LIMIT_RESTARTS", restarts),
    }
}

fn data_dir(text: &str) -> Parsed<PathBuf> {
    if text.is_empty() { default_data_dir() } else { absolute(text) }
}

fn pool_size(text: &str) -> Parsed<PoolSize> {
    text.parse().map_err(|fault: Invalid| fault.message)
}

fn hostname_pattern(text: &str) -> Parsed<HostnamePattern> {
    text.parse().map_err(|fault: Invalid| fault.message.trim_end_matches('.').to_owned())
}

fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Parsed<T>) -> Parsed<Option<T>> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn within<T: FromStr + PartialOrd + Copy>(text: &str, least: T, most: T) -> Parsed<T> {
    let number: T = text.parse().map_err(|_| "this is not a number".to_owned())?;
    if number < least || number > most { Err("this is out of range".into()) } else { Ok(number) }
}

fn absolute(text: &str) -> Parsed<PathBuf> {
    let path = PathBuf::from(text);
    if path.is_absolute() { Ok(path) } else { Err("the path is not absolute".into()) }
}

/// Parses `127.0.0.1:3000`, `:8080` or `8080`; without a host every address is meant.
fn address(text: &str) -> Parsed<SocketAddr> {
    let port = text.strip_prefix(':').unwrap_or(text);
    if let Ok(port) = port.parse::<u16>() {
        return Ok(SocketAddr::new(everywhere(), port));
    }
    text.parse().map_err(|_| "this is not an address with a port".to_owned())
}

/// Every address of this machine: `[::]` accepts IPv4 too. A kernel without IPv6 has only `0.0.0.0`.
fn everywhere() -> IpAddr {
    match UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)) {
        Ok(_) => Ipv6Addr::UNSPECIFIED.into(),
        Err(_) => Ipv4Addr::UNSPECIFIED.into(),
    }
}

fn unknown_url() -> Url {
    #[expect(clippy::expect_used, reason = "a constant; it is only ever replaced or reported beside a fault")]
    Url::parse("http://invalid.invalid").expect("a constant")
}

fn public_url(text: &str, listen: SocketAddr) -> Parsed<Url> {
    let host = if listen.ip().is_unspecified() {
        format!("localhost:{}", listen.port())
    } else {
        listen.to_string()
    };
    let text = if text.is_empty() { format!("http://{host}") } else { text.to_owned() };
    let url = Url::parse(&text).map_err(|error| error.to_string())?;
    let plain =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match url.scheme() {
        "http" | "https" if plain && url.host().is_some() => Ok(url),
        "http" | "https" => Err("only scheme, host and port belong here".into()),
        scheme => Err(format!("the scheme {scheme} is not accepted")),
    }
}

fn default_data_dir() -> Parsed<PathBuf> {
    if nix::unistd::geteuid().is_root() {
        return Ok("/var/lib/atomo-fleet".into());
    }
    let base = std::env::var_os("XDG_DATA_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || std::env::home_dir().map(|home| home.join(".local/share"));
    base.or_else(home)
        .map(|base| base.join("atomo-fleet"))
        .ok_or_else(|| "there is no home folder; name one".into())
}

fn postgres_url(text: &str) -> Parsed<String> {
    postgres_host::ConnectOptions::from_str(text).map_err(|_| "this is not a Postgres URL".to_owned())?;
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        Ok(text.to_owned())
    } else {
        Err("this is not a Postgres URL".into())
    }
}

fn caddy_admin(text: &str) -> Parsed<AdminAddress> {
    text.parse().map_err(|_| "this is not the address of an admin API".to_owned())
}

fn ports(text: &str) -> Parsed<(u16, u16)> {
    let (first, last) = text.split_once('-').ok_or("this is not a range")?;
    let (first, last) = (within(first.trim(), 1024_u16, 65535)?, within(last.trim(), 1024_u16, 65535)?);
    if first < last { Ok((first, last)) } else { Err("the range is empty".into()) }
}

fn header_routing(text: &str) -> Parsed<HeaderRouting> {
    match text {
        "off" => Ok(HeaderRouting::Off),
        "private" => Ok(HeaderRouting::Private),
        "any" => Ok(HeaderRouting::Any),
        _ => Err("not an accepted value".into()),
    }
}

fn filter(text: &str) -> Parsed<String> {
    tracing_subscriber::EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn shape(text: &str) -> Parsed<LogFormat> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("not an accepted value".into()),
    }
}
