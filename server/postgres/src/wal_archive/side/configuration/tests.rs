//! The text of the settings.

use std::path::PathBuf;

use control_plane::ports::wal_archive::Replay;
use time::macros::datetime;

use super::super::super::catalog::{Base, Lsn};
use super::{Settings, render};

fn settings(replay: Option<Replay>) -> Settings {
    Settings {
        socket: PathBuf::from("/a b/s"),
        port: 5432,
        wal: PathBuf::from("/it's/100%/wal"),
        at: datetime!(2026-11-30 13:34:56.789 +01:00),
        replay,
        base: Base {
            operation: String::new(),
            ended_at: datetime!(2026-11-30 12:00 UTC),
            timeline: 1,
            start: Lsn(0),
            end: Lsn(0),
            bytes: 0,
            segment: 16 << 20,
            settings: vec![("max_connections".into(), "500".into())],
            superuser: "postgres".into(),
            server_version: 150_018,
        },
    }
}

#[test]
fn a_side_cluster_reaches_nobody_and_stops_at_the_time() {
    let text = render(&settings(Some(Replay::Time)));
    for line in [
        "listen_addresses = ''",
        "unix_socket_directories = '\"/a b/s\"'",
        "archive_mode = off",
        "primary_conninfo = ''",
        "max_logical_replication_workers = 0",
        "max_connections = '500'",
        "recovery_target_action = promote",
        "recovery_target_time = '2026-11-30 12:34:56.789000+00'",
    ] {
        assert!(text.lines().any(|it| it == line), "{line}\n{text}");
    }
}

#[test]
fn the_command_names_the_file_that_is_being_written_too() {
    let text = render(&settings(Some(Replay::Everything)));
    let once = r"cp ''/it''\\''''s/100%%/wal/%f''";
    assert!(text.contains(once), "{text}");
    assert!(text.contains("/%f.partial''") && !text.contains("recovery_target_time"), "{text}");
    assert!(!render(&settings(None)).contains("restore_command"));
}
