//! The table of settings.

mod backups;
mod deletes;
mod deploys;

use std::fmt::Write as _;

/// One setting.
pub(super) struct Setting {
    /// The name. Lower case in the TOML file; with the prefix `ATOMO_FLEET_` in the environment.
    pub(super) name: &'static str,
    /// The default; empty: see the description.
    pub(super) default: &'static str,
    /// The accepted values, as a phrase.
    pub(super) accepted: &'static str,
    /// The effect.
    pub(super) about: &'static str,
    /// Whether its value is never printed.
    pub(super) secret: Secret,
}

/// Whether a value may be printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    No,
    Yes,
}

/// The prefix of names in the environment.
pub(super) const PREFIX: &str = "ATOMO_FLEET_";

/// Variables with the prefix that are not settings of the server, but of `atomoctl` and of tests.
pub(super) const OTHERS: [&str; 6] =
    ["CONFIG", "URL", "TOKEN", "TEST_DATABASE_URL", "TEST_DOCKER", "TEST_AWS"];

const fn setting(
    name: &'static str,
    default: &'static str,
    accepted: &'static str,
    about: &'static str,
) -> Setting {
    Setting { name, default, accepted, about, secret: Secret::No }
}

/// All settings but those of backups and deletes.
const GENERAL: &[Setting] = &[
    setting("LISTEN", "127.0.0.1:3000", "address:port", "where the dashboard and the API listen"),
    setting(
        "PUBLIC_URL",
        "",
        "http:// or https:// address without a path",
        "public URL of dashboard and API; empty: http://LISTEN. With https, cookies are Secure and the gateway serves its hostname",
    ),
    setting(
        "DATA_DIR",
        "",
        "an absolute path",
        "folder of all persistent data; empty: /var/lib/atomo-fleet as root, else below XDG_DATA_HOME",
    ),
    Setting {
        name: "DATABASE_URL",
        default: "",
        accepted: "postgres://user:password@host/database",
        about: "external Postgres server for the registry and the projects; empty: an embedded cluster is started",
        secret: Secret::Yes,
    },
    Setting {
        name: "DATABASE_SERVERS",
        default: "",
        accepted: "a TOML array of tables: [{ name = \"eu\", region = \"eu-central-1\", url_file = \"/etc/atomo-fleet/eu.url\", exclusive = true }]",
        about: "further database servers; the first is called default. url_file contains the postgres:// URL of our role there. exclusive: no one else uses the server, so its databases postgres and template1 are closed to projects. An entry for default has no url_file",
        secret: Secret::Yes,
    },
    setting(
        "PG_BIN",
        "",
        "a folder with initdb, postgres and pg_ctl",
        "folder of the Postgres programs; empty: searched",
    ),
    setting("DRIVER", "process", "process or docker", "driver that runs instances"),
    setting(
        "SERVER_BIN",
        "",
        "the path of a program",
        "atomo-server program that instances run; empty: the stand-in of the test suite",
    ),
    setting(
        "SERVER_IMAGE",
        "",
        "an image by tag or digest, never latest",
        "atomo-server image that instances run; required with the driver docker",
    ),
    setting(
        "DOCKER_HOST",
        "unix:///var/run/docker.sock",
        "unix://path",
        "socket of the Docker engine; it must be on this machine, because folders of the machine are mounted into containers",
    ),
    setting(
        "DOCKER_SUBNETS",
        "10.213.0.0/16",
        "an IPv4 range in CIDR notation, from /8 to /28",
        "address range of the projects' networks, one /28 each",
    ),
    setting(
        "LIMIT_MEMORY",
        "512 MiB",
        "16 MiB to 1 TiB, with a unit: MiB, GiB, MB or GB",
        "memory limit of a new project's instance; the kernel kills an instance that exceeds it",
    ),
    setting(
        "LIMIT_CPU",
        "1",
        "0.05 to 128 processors, in thousandths",
        "CPU limit of a new project's instance",
    ),
    setting(
        "LIMIT_PIDS",
        "256",
        "a whole number from 16 to 32768",
        "process limit (PIDs) of a new project's instance: threads and processes",
    ),
    setting(
        "LIMIT_RESTARTS",
        "10",
        "a whole number from 1 to 100",
        "restart attempts of a new project's instance, without a quiet minute in between, before the project is marked as failed",
    ),
    setting(
        "SECRETS",
        "sealed",
        "sealed or ssm",
        "secret store: encrypted files in the data directory, or AWS SSM, configured by the variables of AWS",
    ),
    setting(
        "SSM_PREFIX",
        "/atomo",
        "names of letters, digits, _, - and . with a / before each, not aws or ssm first",
        "prefix of parameter names in SSM",
    ),
    setting(
        "KMS_KEY",
        "",
        "the id or ARN of a key, or alias/NAME",
        "KMS key that encrypts new values in SSM; empty: alias/aws/ssm of AWS",
    ),
    setting(
        "CADDY_ADMIN",
        "",
        "host:port or unix//path",
        "admin API of an external Caddy; empty: Caddy is started as a child process",
    ),
    setting("CADDY_BIN", "", "the path of a program", "Caddy program; empty: searched"),
    setting("GATEWAY_HTTP", ":8080", "port, :port or address:port", "HTTP address of the gateway"),
    setting("GATEWAY_HTTPS", ":8443", "port, :port or address:port", "HTTPS address of the gateway"),
    setting(
        "ACME_EMAIL",
        "",
        "an e-mail address",
        "contact address of the ACME account; enables ACME. Without it and ACME_DIRECTORY the gateway's internal CA signs certificates",
    ),
    setting(
        "ACME_DIRECTORY",
        "",
        "an https:// address, or staging",
        "directory URL of the ACME authority; empty: Let's Encrypt if ACME_EMAIL is set; staging: the staging environment of Let's Encrypt",
    ),
    setting("ACME_ROOTS", "", "the path of a PEM file", "root certificates of a private ACME authority"),
    setting(
        "CERTIFICATES",
        "",
        "the path of a folder",
        "folder of certificate files: HOSTNAME.crt and HOSTNAME.key in PEM. They take precedence over the issuer and are read at every sweep",
    ),
    setting(
        "CERTIFICATE_ALERT_DAYS",
        "14",
        "1 to 90 days",
        "days before expiry at which a certificate file is flagged; a certificate that Caddy renews is flagged when its renewal is overdue",
    ),
    setting(
        "HOSTNAME_PATTERN",
        "{id}.localhost",
        model::HostnamePattern::ACCEPTED,
        "hostname that the create form suggests for a new project; {id} is its id",
    ),
    setting(
        "ALLOW_FILE_REPOS",
        "false",
        "false, true, or absolute folders separated by colons",
        "file:// repositories that schemas may come from; EXAMPLES is always allowed",
    ),
    setting(
        "SCHEMA_VOLUMES",
        "",
        "absolute folders separated by colons",
        "folders with schema files that projects may follow in development, in place of a commit; the folder development of DATA_DIR is always allowed",
    ),
    setting(
        "REPOSITORY_LIMIT_MIB",
        "512",
        "1 to 65536 MiB",
        "how much one fetch of a schema repository may receive",
    ),
    setting(
        "EXAMPLES",
        "",
        "the path of a git repository",
        "local repository that is registered at the start",
    ),
    setting(
        "UPSTREAM_PORTS",
        "21000-24999",
        "FIRST-LAST, two ports a project",
        "loopback ports of instances",
    ),
    setting(
        "POOL_SIZE",
        "5",
        "1 to 100",
        "connection pool size of an instance, for projects that are created without one",
    ),
    setting(
        "HOLD",
        "5",
        "0 to 60 seconds",
        "how long the gateway holds a request while the instance does not listen",
    ),
    setting("READY_TIMEOUT", "120", "1 to 3600 seconds", "time-out of an instance's start until it is ready"),
    setting(
        "VERIFY_TIMEOUT",
        "15",
        "1 to 600 seconds",
        "time-out of the request through the gateway that ends a change; a certificate is issued meanwhile",
    ),
    setting("GRACE", "10", "0 to 600 seconds", "time an instance has to stop before it is killed"),
    setting(
        "DRIFT_INTERVAL",
        "60",
        "5 to 3600 seconds",
        "interval of the drift check of what was observed: commit, schema file, version, configuration, route",
    ),
    setting(
        "DRIFT_CATALOG_INTERVAL",
        "600",
        "10 to 86400 seconds",
        "interval of the drift check that reads the catalog of every project's database, and its models",
    ),
    setting("SWEEP", "5", "1 to 300 seconds", "interval of the sweep, which observes every project"),
    setting(
        "FAILED_RETRY",
        "300",
        "1 to 86400 seconds",
        "pause between two attempts of a project that failed",
    ),
    setting("CONCURRENCY", "8", "1 to 256", "maximum number of instances started at the same time"),
    setting(
        "HEADER_ROUTING",
        "private",
        "off, private or any",
        "clients whose header X-Atomo-Project is accepted: none, those with private addresses, or all",
    ),
    setting("SITE", "", "a folder with pkg/", "folder of the front end's files; empty: beside the program"),
    setting(
        "LOG",
        "info",
        "a tracing filter such as info or info,control_plane=debug",
        "filter of log lines",
    ),
    setting("LOG_FORMAT", "text", "text or json", "format of log lines"),
];

/// All settings.
pub(super) fn all() -> impl Iterator<Item = &'static Setting> {
    GENERAL.iter().chain(backups::SETTINGS).chain(deletes::SETTINGS).chain(deploys::SETTINGS)
}

/// The setting with the name.
pub(super) fn find(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.name == name)
}

/// The table for `--help`.
pub fn help() -> String {
    let mut text = String::from(
        "Settings, from the environment or from the TOML file that ATOMO_FLEET_CONFIG names (there in lower case, \
         without the prefix). With _FILE behind its name a setting is read from the file at that path, which keeps a \
         secret out of the environment:\n",
    );
    for Setting { name, default, accepted, about, secret: _ } in all() {
        let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
        // writing to a String cannot fail
        let _ = writeln!(text, "  {PREFIX}{name}\n      {about}; {accepted}{default}");
    }
    text
}
