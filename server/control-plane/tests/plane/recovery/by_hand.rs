//! Archives without Atomo Fleet, and archives that only the right key opens.

use std::path::Path;
use std::process::Command;

use age::secrecy::ExposeSecret as _;
use control_plane::Settings;
use control_plane::backup_keys::BackupKeys;
use model::VerificationState;

use super::{DATABASE, SHOP, back_up, judged, restore, rows, shop};
use crate::support::world::World;

/// Archives are encrypted to this new identity, which the file holds.
fn encrypted(world: &World, file: &Path) -> Settings {
    let identity = age::x25519::Identity::generate();
    std::fs::write(file, identity.to_string().expose_secret()).unwrap();
    let recipients = vec![identity.to_public().to_string()];
    Settings { backup_keys: BackupKeys { recipients, identities: Some(file.into()) }, ..world.settings() }
}

/// Runs a program of the documentation in a folder.
fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

#[tokio::test]
async fn an_encrypted_archive_is_restored_by_hand_with_age_zstd_and_pg_restore_alone() {
    let (world, plane) = shop().await;
    plane.stop().await;
    let key = world.volumes_dir().join("key.txt");
    let plane = world.start_with(encrypted(&world, &key)).await;
    let backup = judged(&plane, back_up(&plane).await.id).await;
    assert_eq!(
        (backup.verification.state, backup.encrypted),
        (VerificationState::Verified, true),
        "{backup:#?}"
    );
    let folder = world.archives_dir().join(SHOP).join(backup.id.to_string());
    let parts = std::fs::read(folder.join("database.dump.zst.age")).unwrap();
    assert!(parts.starts_with(b"age-encryption.org/v1"), "what lies in the store is encrypted");

    run(&folder, "sha256sum", &["--check", "--quiet", "SHA256SUMS"]);
    let identity = key.to_str().unwrap();
    run(&folder, "age", &["-d", "-i", identity, "-o", "database.dump.zst", "database.dump.zst.age"]);
    run(&folder, "zstd", &["--quiet", "--decompress", "database.dump.zst"]);
    world.real().create("by_hand").await;
    let mut load = world.real().program("pg_restore", "by_hand", "by_hand");
    load.args(["--dbname", "by_hand"]);
    let loaded =
        load.args(["--no-owner", "--exit-on-error"]).arg(folder.join("database.dump")).output().unwrap();
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    assert_eq!(world.real().text("by_hand", "select count(*) from things").await, "1000");
}

#[tokio::test]
async fn without_the_key_nothing_is_verified_or_restored_and_nothing_is_touched() {
    let (world, plane) = shop().await;
    plane.stop().await;
    let key = world.volumes_dir().join("key.txt");
    let settings = encrypted(&world, &key);
    let plane = world.start_with(settings).await;
    let backup = judged(&plane, back_up(&plane).await.id).await;
    world.real().sql(DATABASE, "create table later ()").await;

    let another = age::x25519::Identity::generate();
    std::fs::write(&key, another.to_string().expose_secret()).unwrap();
    let problem = plane.fails(&restore(&plane, backup.id).await.unwrap()).await.problem.unwrap();
    assert!(problem.detail.contains("none of the keys"), "{problem:?}");
    std::fs::remove_file(&key).unwrap();
    let problem = plane.fails(&restore(&plane, backup.id).await.unwrap()).await.problem.unwrap();
    assert_eq!(problem.title, "The archive cannot be restored", "{problem:?}");
    assert_eq!(rows(&world).await, "1000");
    assert_eq!(world.real().text(DATABASE, "select count(*) from later").await, "0");
}
