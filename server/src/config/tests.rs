//! Defaults are valid. Every invalid setting is reported with name, value and accepted values.

mod backups;
mod deletes;
mod tls;

use std::net::{TcpListener, TcpStream};

use super::*;

fn raw(pairs: &[(&str, &str)]) -> Result<Raw, ConfigError> {
    let environment: Vec<_> =
        pairs.iter().map(|(name, value)| (format!("ATOMO_FLEET_{name}"), (*value).to_owned())).collect();
    Raw::of(&environment, None)
}

#[test]
fn nothing_has_to_be_set() {
    let config = Config::of(&raw(&[]).unwrap()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:3000/");
    assert_eq!(config.gateway_https.port(), 8443);
    assert!(config.data_dir.is_absolute());
}

#[test]
fn a_port_alone_means_every_address_of_both_families() {
    let config = Config::of(&raw(&[("LISTEN", ":3100"), ("GATEWAY_HTTPS", "443")]).unwrap()).unwrap();
    assert_eq!(config.public_url.as_str(), "http://localhost:3100/");
    for (address, port) in [(config.listen, 3100), (config.gateway_http, 8080), (config.gateway_https, 443)] {
        assert_eq!(address.port(), port);
        let listener = TcpListener::bind((address.ip(), 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        for loopback in ["127.0.0.1", "::1"] {
            // a machine may lack IPv4 or IPv6
            let is_there = TcpListener::bind((loopback, 0)).is_ok();
            assert_eq!(TcpStream::connect((loopback, port)).is_ok(), is_there, "{address} from {loopback}");
        }
    }
}

#[test]
fn all_wrong_settings_are_reported_together() {
    let raw = raw(&[
        ("LISTEN", "nowhere"),
        ("PUBLIC_URL", "ftp://x"),
        ("DATABASE_URL", "mysql://u:planted-password@h/d"),
        ("UPSTREAM_PORTS", "5000-4000"),
        ("POOL_SIZE", "0"),
        ("DATA_DIR", "relative"),
        ("HEADER_ROUTING", "maybe"),
        ("DRIVER", "nomad"),
        ("DOCKER_SUBNETS", "10.0.0.1/16"),
        ("DOCKER_HOST", "tcp://elsewhere:2375"),
        ("LOG_FORMAT", "xml"),
        ("CADDY_ADMIN", "somewhere"),
        ("HOSTNAME_PATTERN", "apps.example.com"),
    ])
    .unwrap();
    let text = Config::of(&raw).unwrap_err().to_string();
    for name in [
        "LISTEN",
        "PUBLIC_URL",
        "DATABASE_URL",
        "UPSTREAM_PORTS",
        "POOL_SIZE",
        "DATA_DIR",
        "HEADER_ROUTING",
        "DRIVER",
        "DOCKER_SUBNETS",
        "DOCKER_HOST",
        "LOG_FORMAT",
        "CADDY_ADMIN",
        "HOSTNAME_PATTERN",
    ] {
        assert!(text.contains(&format!("ATOMO_FLEET_{name} = ")), "{name} is missing in {text}");
    }
    assert!(text.contains("\"5000-4000\"") && text.contains("Accepted: FIRST-LAST"), "{text}");
    assert!(!text.contains("planted-password"), "{text}");
}

#[test]
fn only_our_own_variables_have_to_be_text() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    let broken = || OsString::from_vec(b"planted-\xff".to_vec());
    let pairs =
        [("HOME".into(), broken()), (broken(), "x".into()), ("ATOMO_FLEET_LISTEN".into(), "here".into())];
    let ours = source::ours(pairs.into_iter()).unwrap();
    assert_eq!(ours, [("ATOMO_FLEET_LISTEN".to_owned(), "here".to_owned())]);
    let wrong =
        source::ours([("ATOMO_FLEET_DATABASE_URL".into(), broken())].into_iter()).unwrap_err().to_string();
    assert!(wrong.contains("ATOMO_FLEET_DATABASE_URL") && wrong.contains("not Unicode"), "{wrong}");
    assert!(!wrong.contains("planted"), "{wrong}");
}

#[test]
fn an_unknown_setting_is_wrong_and_the_command_lines_own_are_not() {
    let error = raw(&[("LISTNE", "127.0.0.1:1")]).unwrap_err().to_string();
    assert!(error.contains("ATOMO_FLEET_LISTNE") && error.contains("unknown setting"), "{error}");
    assert!(raw(&[("URL", "http://x"), ("TOKEN", "t")]).is_ok());
}

#[test]
fn the_value_of_an_unknown_setting_is_never_shown() {
    let secret = "postgres://u:planted-password@h/d";
    let environment = raw(&[("DATABASE_URI", secret)]).unwrap_err().to_string();
    assert!(environment.contains("ATOMO_FLEET_DATABASE_URI (environment): unknown setting"), "{environment}");
    let files = [
        format!("database_uri = \"{secret}\"\n"),
        format!("[database]\nurl = \"{secret}\"\n"),
        format!("listen = \"127.0.0.1:1\"\ndatabase_url = \"{secret}\n"),
    ];
    for file in files {
        let error = Raw::of(&[], Some(("fleet.toml", file))).unwrap_err().to_string();
        assert!(error.contains("fleet.toml"), "{error}");
        assert!(!format!("{environment}{error}").contains("planted-password"), "{environment}\n{error}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_told_with_the_line() {
    let error = Raw::of(&[], Some(("fleet.toml", "listen = \"x\"\nlog = = 2\n".into()))).unwrap_err();
    assert!(error.to_string().contains("line 2: "), "{error}");
}

#[test]
fn the_environment_lies_over_the_file() {
    let file = "listen = \"127.0.0.1:4000\"\npool_size = 7\n".to_owned();
    let environment = [("ATOMO_FLEET_LISTEN".to_owned(), "127.0.0.1:5000".to_owned())];
    let config = Config::of(&Raw::of(&environment, Some(("fleet.toml", file))).unwrap()).unwrap();
    assert_eq!((config.listen.port(), config.pool_size.get()), (5000, 7));
    let unknown = Raw::of(&[], Some(("fleet.toml", "colour = 1\n".to_owned()))).unwrap_err().to_string();
    assert!(unknown.contains("colour"), "{unknown}");
}

/// A file with this text, and its folder.
fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("value");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn a_setting_can_be_read_from_a_file_of_its_own() {
    let (_folder, path) = file("postgres://u:planted-password@h/d\n");
    let raw = raw(&[("DATABASE_URL_FILE", &path)]).unwrap();
    let url = Config::of(&raw).unwrap().database_url.unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&url), "postgres://u:planted-password@h/d");
    assert!(raw.print().contains(&format!("ATOMO_FLEET_DATABASE_URL = \"[redacted]\"  # {path}")));

    let (_folder, other) = file("7");
    let lines = format!("database_url_file = \"{path}\"\npool_size_file = \"{other}\"\n");
    let read = |environment: &[(String, String)]| Raw::of(environment, Some(("fleet.toml", lines.clone())));
    let config = Config::of(&read(&[]).unwrap()).unwrap();
    assert!((config.pool_size.get(), config.database_url.is_some()) == (7, true));
    let over = ("ATOMO_FLEET_POOL_SIZE".to_owned(), "8".to_owned());
    assert_eq!(Config::of(&read(&[over]).unwrap()).unwrap().pool_size.get(), 8);
}

#[test]
fn a_file_that_holds_a_wrong_value_is_named_and_not_shown() {
    let (_folder, path) = file("mysql://u:planted-password@h/d");
    let error = Config::of(&raw(&[("DATABASE_URL_FILE", &path)]).unwrap()).unwrap_err().to_string();
    assert!(error.contains(&path) && error.contains("not a Postgres URL"), "{error}");
    assert!(!error.contains("planted-password"), "{error}");
}

#[test]
fn a_setting_is_given_once() {
    let (_folder, path) = file("postgres://u:planted-password@h/d");
    let both = [("DATABASE_URL", "postgres://u:planted-password@h/d"), ("DATABASE_URL_FILE", path.as_str())];
    let error = raw(&both).unwrap_err().to_string();
    assert!(error.contains("DATABASE_URL is given twice"), "{error}");
    assert!(!error.contains("planted-password"), "{error}");
}

#[test]
fn a_file_that_holds_no_value_is_named() {
    let (folder, empty) = file(" \n");
    let (_other, long) = file(&"x".repeat(70_000));
    let absent = folder.path().join("absent").to_str().unwrap().to_owned();
    let folder = folder.path().to_str().unwrap().to_owned();
    for (path, fault) in [
        (empty.as_str(), "the file is empty"),
        (long.as_str(), "larger than"),
        (absent.as_str(), "No such file"),
        (folder.as_str(), "directory"),
        ("value", "not absolute"),
        ("", "not absolute"),
    ] {
        let error = raw(&[("SERVER_BIN_FILE", path)]).unwrap_err().to_string();
        let told = format!("ATOMO_FLEET_SERVER_BIN_FILE = {path:?}");
        assert!(error.contains(&told) && error.contains(fault), "{error}");
    }
    let secret = "postgres://u:planted-password@h/d";
    let error = raw(&[("DATABASE_URL_FILE", secret)]).unwrap_err().to_string();
    assert!(error.contains("not absolute") && !error.contains("planted-password"), "{error}");
    let unknown = raw(&[("COLOUR_FILE", "/dev/null")]).unwrap_err().to_string();
    assert!(unknown.contains("ATOMO_FLEET_COLOUR_FILE") && unknown.contains("unknown setting"), "{unknown}");
}

#[test]
fn what_is_printed_has_no_secret() {
    let raw = raw(&[("DATABASE_URL", "postgres://u:planted-password@h/d")]).unwrap();
    assert!(raw.print().contains("ATOMO_FLEET_DATABASE_URL = \"[redacted]\""));
    assert!(!raw.print().contains("planted-password"));
}

#[test]
fn the_help_names_every_setting() {
    for setting in table::all() {
        assert!(help().contains(setting.name) && !setting.about.is_empty() && !setting.accepted.is_empty());
    }
}

#[test]
fn containers_need_an_image_that_is_the_same_tomorrow() {
    let runs = |pairs: &[(&str, &str)]| Config::of(&raw(pairs).unwrap()).map(|config| config.runs);
    assert_eq!(runs(&[]).unwrap(), Runs::Processes(None));
    let digest = format!("registry:5000/atomo/server@sha256:{}", "a".repeat(64));
    for image in ["atomo-server:0.7.0", "registry:5000/atomo/server:0.7.0", digest.as_str()] {
        let Runs::Containers { image: chosen, socket, subnets } =
            runs(&[("DRIVER", "docker"), ("SERVER_IMAGE", image)]).unwrap()
        else {
            panic!("{image}");
        };
        assert_eq!((chosen.as_str(), socket.to_str()), (image, Some("/var/run/docker.sock")));
        assert_eq!(subnets.to_string(), "10.213.0.0/16");
    }
    for image in
        ["", "atomo-server", "registry:5000/atomo-server", "atomo-server:latest", "atomo-server:0.7 0"]
    {
        let error = runs(&[("DRIVER", "docker"), ("SERVER_IMAGE", image)]).unwrap_err().to_string();
        assert!(error.contains(&format!("ATOMO_FLEET_SERVER_IMAGE = {image:?}")), "{error}");
    }
}

#[test]
fn database_servers_are_named_with_the_files_of_their_credentials() {
    let servers = |text: &str| {
        Config::of(&raw(&[("DATABASE_SERVERS", text)]).unwrap()).map(|config| config.database_servers)
    };
    let text = r#"[{ name = "default", region = "here" }, { name = "eu", url_file = "/etc/eu.url", exclusive = true }]"#;
    let named = servers(text).unwrap();
    assert_eq!((named[0].region.as_str(), named[0].exclusive, &named[0].url_file), ("here", false, &None));
    assert_eq!((named[1].name.as_str(), named[1].exclusive), ("eu", true));
    assert_eq!(servers("").unwrap(), []);

    let file = "[[database_servers]]\nname = \"eu\"\nurl_file = \"/etc/eu.url\"\n".to_owned();
    let config = Config::of(&Raw::of(&[], Some(("fleet.toml", file))).unwrap()).unwrap();
    assert_eq!(config.database_servers[0].url_file.as_deref(), Some(std::path::Path::new("/etc/eu.url")));
}

#[test]
fn a_database_server_that_is_said_wrongly_stops_the_start_and_shows_no_credential() {
    for (text, told) in [
        (r#"[{ name = "eu" }]"#, "eu has no url_file"),
        (r#"[{ name = "default", url_file = "/x" }]"#, "default is the server of DATABASE_URL"),
        (r#"[{ name = "eu", url_file = "relative" }]"#, "no absolute path"),
        (r#"[{ name = "eu", url_file = "/x" }, { name = "eu", url_file = "/y" }]"#, "twice"),
        (r#"[{ name = "EU", url_file = "/x" }]"#, "not the name of a database server"),
        (r#"[{ name = "eu", url = "postgres://u:planted-password@h/d" }]"#, "unknown field"),
        ("eu=postgres://u:planted-password@h/d", "DATABASE_SERVERS"),
    ] {
        let raw = raw(&[("DATABASE_SERVERS", text)]).unwrap();
        let error = Config::of(&raw).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains("ATOMO_FLEET_DATABASE_SERVERS"), "{text}: {error}");
        assert!(!format!("{error}{}", raw.print()).contains("planted-password"), "{error}");
    }
}

#[test]
fn the_hostname_of_a_new_project_follows_a_pattern() {
    let of = |text: &str| Config::of(&raw(&[("HOSTNAME_PATTERN", text)]).unwrap());
    assert_eq!(of("{id}.Apps.example.com").unwrap().hostname_pattern.as_str(), "{id}.apps.example.com");
    let error = of("{id}").unwrap_err().to_string();
    let told = "ATOMO_FLEET_HOSTNAME_PATTERN = \"{id}\" (environment): A hostname has at least two labels.";
    assert!(error.starts_with(told) && error.contains("that contains {id} exactly once"), "{error}");
}

#[test]
fn secrets_are_kept_in_one_of_two_places() {
    let of = |pairs: &[(&str, &str)]| Config::of(&raw(pairs).unwrap());
    let default = of(&[]).unwrap();
    assert_eq!((default.secrets, default.ssm), (SecretsIn::Sealed, SsmSettings::default()));
    let pairs = [("SECRETS", "ssm"), ("SSM_PREFIX", "/prod/atomo"), ("KMS_KEY", "alias/atomo")];
    let chosen = of(&pairs).unwrap();
    assert_eq!(chosen.secrets, SecretsIn::Ssm);
    assert_eq!(chosen.ssm.prefix.to_string(), "/prod/atomo");
    assert_eq!(chosen.ssm.kms_key.map(|key| key.to_string()).as_deref(), Some("alias/atomo"));
    let wrong = [("SECRETS", "vault"), ("SSM_PREFIX", "atomo/"), ("KMS_KEY", "my key")];
    let error = of(&wrong).unwrap_err().to_string();
    for (name, value) in wrong {
        assert!(error.contains(&format!("ATOMO_FLEET_{name} = {value:?}")), "{error}");
    }
    assert!(error.contains("sealed or ssm"), "{error}");
}
