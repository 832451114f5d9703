//! The text of the settings.

use std::path::{Path, PathBuf};

use super::render;
use crate::embedded::{Binaries, ClusterSettings, Durability};

fn settings(durability: Durability) -> ClusterSettings {
    let binaries = Binaries { folder: PathBuf::from("/pg"), major: 15, version: "15.18".into() };
    ClusterSettings { durability, ..ClusterSettings::new("/data", binaries) }
}

#[test]
fn a_durable_cluster_never_turns_fsync_off() {
    let text = render(&settings(Durability::Durable), Path::new("/run/x"), 2048);
    assert!(!text.contains("fsync =") && !text.contains("synchronous_commit"), "{text}");
    assert!(text.contains("recovery_init_sync_method = syncfs\n"), "{text}");
    assert!(text.contains("max_slot_wal_keep_size = 2048MB\n"), "{text}");
    assert!(text.contains("listen_addresses = ''\n") && text.contains("max_connections = 500\n"), "{text}");
}

#[test]
fn a_cluster_for_tests_turns_it_off() {
    let text = render(&settings(Durability::TestsOnly), Path::new("/run/x"), 2048);
    assert!(text.contains("\nfsync = off\n") && text.contains("\nfull_page_writes = off\n"), "{text}");
}

#[test]
fn a_folder_with_separators_and_quotes_stays_one_folder() {
    let text = render(&settings(Durability::Durable), Path::new("/run/it's a,b"), 2048);
    assert!(text.contains("unix_socket_directories = '\"/run/it''s a,b\"'\n"), "{text}");
}
