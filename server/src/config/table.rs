//! The table of settings.

use std::fmt::Write as _;

/// One setting.
pub(super) struct Setting {
    /// Its name in the TOML file in lower case; in the environment with `ATOMO_FLEET_` in front.
    pub(super) name: &'static str,
    /// What it is when nothing is said; empty: see the description.
    pub(super) default: &'static str,
    /// What is accepted, as a phrase.
    pub(super) accepted: &'static str,
    /// What it is for.
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

/// What is in front of a name in the environment.
pub(super) const PREFIX: &str = "ATOMO_FLEET_";

/// Variables with the prefix that are not settings of the server: the command line's, and the tests'.
pub(super) const OTHERS: [&str; 6] =
    ["CONFIG", "URL", "TOKEN", "TEST_DATABASE_URL", "TEST_DOCKER", "TEST_SSM"];

const fn setting(
    name: &'static str,
    default: &'static str,
    accepted: &'static str,
    about: &'static str,
) -> Setting {
    Setting { name, default, accepted, about, secret: Secret::No }
}

/// Every setting.
pub(super) const SETTINGS: &[Setting] = &[
    setting("LISTEN", "127.0.0.1:3000", "address:port", "where the dashboard and the API listen"),
    setting(
        "PUBLIC_URL",
        "",
        "http:// or https:// address without a path",
        "under which address they are reached; http://LISTEN when empty. With https, cookies are Secure and our gateway serves its host name",
    ),
    setting(
        "DATA_DIR",
        "",
        "an absolute path",
        "the folder of everything that is kept; /var/lib/atomo-fleet as root, else below XDG_DATA_HOME",
    ),
    Setting {
        name: "DATABASE_URL",
        default: "",
        accepted: "postgres://user:password@host/database",
        about: "an external Postgres server for the registry and the projects; an embedded one is started when empty",
        secret: Secret::Yes,
    },
    Setting {
        name: "DATABASE_SERVERS",
        default: "",
        accepted: "a TOML array of tables: [{ name = \"eu\", region = \"eu-central-1\", url_file = \"/etc/atomo-fleet/eu.url\", exclusive = true }]",
        about: "database servers beside the first, which is called default; url_file holds the postgres:// address of our role there. exclusive says that the server is the fleet's alone: its databases postgres and template1 are closed to projects. An entry for default has no url_file",
        secret: Secret::Yes,
    },
    setting(
        "PG_BIN",
        "",
        "a folder with initdb, postgres and pg_ctl",
        "Postgres' programs; found by itself when empty",
    ),
    setting("DRIVER", "process", "process or docker", "how instances are run"),
    setting(
        "SERVER_BIN",
        "",
        "the path of a program",
        "the atomo-server that instances run; the stand-in of the test suite when empty",
    ),
    setting(
        "SERVER_IMAGE",
        "",
        "an image by tag or digest, never latest",
        "the atomo-server that instances run under the driver docker, which needs it",
    ),
    setting(
        "DOCKER_HOST",
        "unix:///var/run/docker.sock",
        "unix://path",
        "the Docker engine; it has to be on this machine, for folders of it are mounted into containers",
    ),
    setting(
        "DOCKER_SUBNETS",
        "10.213.0.0/16",
        "an IPv4 range in CIDR notation, from /8 to /28",
        "the range that the projects' networks are cut from, a /28 each",
    ),
    setting(
        "LIMIT_MEMORY",
        "512 MiB",
        "16 MiB to 1 TiB, with a unit: MiB, GiB, MB or GB",
        "memory of a new project's instance; the kernel ends one that wants more",
    ),
    setting(
        "LIMIT_CPU",
        "1",
        "0.05 to 128 processors, in thousandths",
        "processor time of a new project's instance",
    ),
    setting(
        "LIMIT_PIDS",
        "256",
        "a whole number from 16 to 32768",
        "threads and processes of a new project's instance",
    ),
    setting(
        "LIMIT_RESTARTS",
        "10",
        "a whole number from 1 to 100",
        "how often an instance of a new project is started anew, without a calm minute in between, before it is given up",
    ),
    setting(
        "SECRETS",
        "sealed",
        "sealed or ssm",
        "where secrets are kept: encrypted files of the data directory, or AWS SSM, which is found by AWS' own variables",
    ),
    setting(
        "SSM_PREFIX",
        "/atomo",
        "names of letters, digits, _, - and . with a / before each, not aws or ssm first",
        "what the names of parameters begin with",
    ),
    setting(
        "KMS_KEY",
        "",
        "the id or ARN of a key, or alias/NAME",
        "the KMS key that new values are encrypted with in SSM; AWS' own alias/aws/ssm when empty",
    ),
    setting(
        "CADDY_ADMIN",
        "",
        "host:port or unix//path",
        "the admin API of an external Caddy; one is started as a child when empty",
    ),
    setting("CADDY_BIN", "", "the path of a program", "Caddy; found by itself when empty"),
    setting("GATEWAY_HTTP", ":8080", "port, :port or address:port", "where the gateway listens for HTTP"),
    setting("GATEWAY_HTTPS", ":8443", "port, :port or address:port", "where the gateway listens for HTTPS"),
    setting(
        "ACME_EMAIL",
        "",
        "an e-mail address",
        "certificates come from an ACME authority, which writes here; without it and ACME_DIRECTORY from the gateway's own issuer",
    ),
    setting(
        "ACME_DIRECTORY",
        "",
        "an https:// address, or staging",
        "the directory of the ACME authority; Let's Encrypt when empty and ACME_EMAIL is set, its staging for trials",
    ),
    setting(
        "ACME_ROOTS",
        "",
        "the path of a PEM file",
        "root certificates of an ACME authority that is not a public one",
    ),
    setting(
        "CERTIFICATES",
        "",
        "the path of a folder",
        "own certificates: HOSTNAME.crt and HOSTNAME.key in PEM; they count before those of an authority and are read again at every sweep",
    ),
    setting(
        "CERTIFICATE_ALERT_DAYS",
        "14",
        "1 to 90 days",
        "a certificate that ends within so many days is told; one that is renewed by itself only when that is late",
    ),
    setting(
        "ALLOW_FILE_REPOS",
        "false",
        "false, true, or absolute folders separated by colons",
        "which file:// repositories schemas may come from; EXAMPLES always may",
    ),
    setting(
        "EXAMPLES",
        "",
        "the path of a git repository",
        "a local repository that is registered at the start",
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
        "connections of an instance's pool, for projects that are created without another size",
    ),
    setting(
        "HOLD",
        "5",
        "0 to 60 seconds",
        "how long the gateway holds a request whose instance does not listen yet",
    ),
    setting("READY_TIMEOUT", "120", "1 to 3600 seconds", "how long an instance may take until it is ready"),
    setting("GRACE", "10", "0 to 600 seconds", "how long an instance may take to end by itself"),
    setting("SWEEP", "10", "1 to 300 seconds", "how often everything is looked at, whatever hints came"),
    setting("CONCURRENCY", "8", "1 to 256", "projects that are worked on at once"),
    setting(
        "HEADER_ROUTING",
        "private",
        "off, private or any",
        "from where the header X-Atomo-Project is honoured",
    ),
    setting("SITE", "", "a folder with pkg/", "the front end's files; beside the program when empty"),
    setting(
        "LOG",
        "info",
        "a tracing filter such as info or info,control_plane=debug",
        "which log lines are written",
    ),
    setting("LOG_FORMAT", "text", "text or json", "the shape of log lines"),
];

/// The setting of a name.
pub(super) fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The table for `--help`.
pub fn help() -> String {
    let mut text = String::from(
        "Settings, from the environment or from the TOML file that ATOMO_FLEET_CONFIG names (there in lower case, \
         without the prefix). With _FILE behind its name a setting is read from the file at that path, which keeps a \
         secret out of the environment:\n",
    );
    for Setting { name, default, accepted, about, secret: _ } in SETTINGS {
        let default = if default.is_empty() { String::new() } else { format!(" [default: {default}]") };
        // writing to a text never fails
        let _ = writeln!(text, "  {PREFIX}{name}\n      {about}; {accepted}{default}");
    }
    text
}
