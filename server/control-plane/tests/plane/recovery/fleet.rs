//! The control plane itself: its backups, its recovery on an empty machine, and projects whose database is lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use archives_directory::DirectoryArchives;
use control_plane::backups::fleet::recover::{Marker, RecoveryArchive, finish, newest, unfinished};
use control_plane::ports::registry_database::RegistryDatabase;
use control_plane::settings::FleetBackupSettings;
use model::{BackupId, FleetBackup, Problem, SecretsBackup, VerificationState};
use postgres_host::{ClientPrograms, Copies, RegistryCopies};
use secrecy::ExposeSecret as _;

use super::{DATABASE, SHOP, back_up, judged, no_copy_is_left, rows, shop, upload};
use crate::support::postgres::Database;
use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

/// A machine with a sealed store of files.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(machine.path("secrets/shop")).unwrap();
        fs::write(machine.path("secrets/shop/jwt_secret.1"), "sealed").unwrap();
        fs::write(machine.path("secrets.key"), [7; 32]).unwrap();
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn settings(&self) -> FleetBackupSettings {
        let sealed = ["secrets", "secrets.key"].map(|name| (name.to_owned(), self.path(name)));
        FleetBackupSettings { sealed: sealed.to_vec(), ..FleetBackupSettings::default() }
    }
}

async fn with_machine(machine: &Machine) -> (World, Running) {
    let mut world = World::new().await;
    world.use_real_databases().await;
    let settings = control_plane::Settings { fleet_backups: machine.settings(), ..world.settings() };
    let plane = world.start_with(settings).await;
    plane.create(world.draft(SHOP)).await;
    (world, plane)
}

/// Makes a recovery key and waits for the backup that is sealed to it. Its private part is in the file.
async fn with_key(plane: &Running, file: &Path) -> FleetBackup {
    let made = plane.fleet_backups().make_recovery_key(&ines()).await.unwrap();
    fs::write(file, made.identity.expose_secret()).unwrap();
    let operation = plane.over(made.operation.unwrap()).await;
    assert_eq!(operation.status, model::OperationStatus::Succeeded, "{operation:#?}");
    let recovery = plane.fleet_backups().recovery(&ines()).await.unwrap();
    assert_eq!(recovery.key.unwrap().fingerprint, made.key.fingerprint);
    recovery.backups.into_iter().next().unwrap()
}

fn problem<T: std::fmt::Debug>(refused: control_plane::Result<T>) -> Problem {
    refused.unwrap_err().problem()
}

fn database_of(database: &Database) -> Arc<dyn RegistryDatabase> {
    let options = database.options();
    Arc::new(RegistryCopies::new(
        options.clone(),
        Arc::new(Copies::new(options, ClientPrograms::new(None, []))),
    ))
}

#[tokio::test]
async fn the_control_plane_is_recovered_from_its_own_backup() {
    let machine = Machine::new();
    let (world, plane) = with_machine(&machine).await;
    let faults = plane.fleet_backups().recovery(&ines()).await.unwrap().faults;
    assert!(faults[0].contains("secrets are in no backup"), "{faults:?}");
    let key = machine.path("recovery.key");
    let backup = with_key(&plane, &key).await;
    assert_eq!(backup.verification.state, VerificationState::Verified, "{backup:#?}");
    assert_eq!(backup.secrets, Some(SecretsBackup::Sealed));
    assert_eq!(plane.fleet_backups().recovery(&ines()).await.unwrap().faults, Vec::<String>::new());

    let store = DirectoryArchives::new(world.archives_dir());
    assert_eq!(newest(&store).await.unwrap(), Some(backup.id));
    nothing_is_touched_with_a_wrong_key(&store, &machine, backup.id).await;
    every_flipped_byte_is_found(&world, &store, &key, backup.id).await;
    newer_versions_are_refused(&world, &store, &key, backup.id).await;
    let archive = RecoveryArchive::open(&store, backup.id, Some(&key)).await.unwrap();
    archive.check().await.unwrap();
    let occupied = problem(archive.check_target(&*world.registry_database(), machine.folder.path()).await);
    assert_eq!(occupied.title, "The registry is not empty", "{occupied:?}");
    assert!(occupied.detail.contains("table public."), "{occupied:?}");
    recovered_on_another_machine(&plane, &machine, &archive).await;
}

async fn recovered_on_another_machine(plane: &Running, machine: &Machine, archive: &RecoveryArchive<'_>) {
    // an archive of a project that is newer than the registry's backup
    let later = back_up(plane).await;
    let (database, target) = (Database::new().await, tempfile::tempdir().unwrap());
    let registry = database_of(&database);
    let in_the_way = problem(archive.check_target(&*registry, machine.folder.path()).await);
    assert_eq!(in_the_way.title, "The data directory is not empty", "{in_the_way:?}");
    archive.check_target(&*registry, target.path()).await.unwrap();
    // completed twice, as after a kill before the last act
    for _ in 0..2 {
        archive.recover(&*registry, target.path()).await.unwrap();
        assert_eq!(unfinished(target.path()).unwrap().as_deref(), Some(archive.name().as_str()));
        archive.check_target(&*registry, target.path()).await.unwrap();
    }
    for name in ["secrets/shop/jwt_secret.1", "secrets.key"] {
        assert_eq!(
            fs::read(target.path().join(name)).unwrap(),
            fs::read(machine.path(name)).unwrap(),
            "{name}"
        );
    }
    assert!(target.path().join("recovered/schemas/shop/schema.ts").is_file());

    let restored = database.connect().await;
    let (hosts, op) =
        (plane.ports().postgres.clone(), control_plane::OpContext::platform(model::Actor::Host));
    let recovered = finish(&op, archive, &restored, &hosts).await.unwrap();
    Marker::remove(target.path()).unwrap();
    assert_eq!((recovered.projects, recovered.found), (1, 1), "{recovered:?}");
    assert!(recovered.lost.is_empty(), "its database is there: {recovered:?}");
    assert_eq!(restored.fleet_id().await.unwrap(), plane.registry().fleet_id().await.unwrap());
    assert!(restored.listed_backups().await.unwrap().contains(&later.id));
    let events = restored.events(&model::EventFilter::default(), None).await.unwrap();
    assert!(events.items[0].sentence.starts_with("Control plane recovered"), "{:?}", events.items[0]);
    restored.close().await;
}

async fn nothing_is_touched_with_a_wrong_key(store: &DirectoryArchives, machine: &Machine, backup: BackupId) {
    let missing = problem(RecoveryArchive::open(store, backup, None).await);
    assert_eq!(missing.title, "The recovery key is needed", "{missing:?}");
    let other = machine.path("other.key");
    let identity = age::x25519::Identity::generate();
    fs::write(&other, age::secrecy::ExposeSecret::expose_secret(&identity.to_string())).unwrap();
    let wrong = problem(RecoveryArchive::open(store, backup, Some(&other)).await);
    assert_eq!(wrong.title, "This is another recovery key", "{wrong:?}");
    let held = control_plane::backups::fleet::fingerprint(&identity.to_public().to_string());
    assert!(
        wrong.detail.contains(&held) && wrong.detail.contains("is sealed to the recovery key"),
        "{wrong:?}"
    );
}

async fn every_flipped_byte_is_found(world: &World, store: &DirectoryArchives, key: &Path, backup: BackupId) {
    let folder = world.archives_dir().join("_fleet").join(backup.to_string());
    let mut names: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 7, "{names:?}");
    assert!(names.iter().any(|path| path.ends_with("secrets.tar.zst.age")), "{names:?}");
    for path in names {
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        fs::write(&path, &flipped).unwrap();
        let damaged = match RecoveryArchive::open(store, backup, Some(key)).await {
            Ok(archive) => problem(archive.check().await),
            Err(error) => error.problem(),
        };
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(damaged.title, "The archive is damaged", "{name}: {damaged:?}");
        assert!(damaged.detail.contains(name) || name == "manifest.json", "{name}: {damaged:?}");
        fs::write(&path, &whole).unwrap();
    }
}

/// Archives as a newer program, a newer format and a newer Postgres would write them.
async fn newer_versions_are_refused(world: &World, store: &DirectoryArchives, key: &Path, backup: BackupId) {
    let folder = world.archives_dir().join("_fleet").join(backup.to_string());
    let [manifest, sums] = ["manifest.json", "SHA256SUMS"].map(|name| folder.join(name));
    let whole = [&manifest, &sums].map(|path| fs::read_to_string(path).unwrap());
    let (empty, database) = (tempfile::tempdir().unwrap(), Database::new().await);
    for (name, value, title, told) in [
        ("format", 99, "The archive is of a newer version", "format 99"),
        ("registry_version", 9999, "The archive is of a newer version", "version 9999"),
        ("server_version", 990_000, "The server is too old", "PostgreSQL 99"),
    ] {
        let change = |line: &str| {
            let ours = line.trim_start().starts_with(&format!("\"{name}\":"));
            if ours { format!("\"{name}\": {value},\n") } else { format!("{line}\n") }
        };
        let changed: String = whole[0].lines().map(change).collect();
        let [before, after] =
            [&whole[0], &changed].map(|text| hex::encode(<sha2::Sha256 as sha2::Digest>::digest(text)));
        fs::write(&manifest, &changed).unwrap();
        fs::write(&sums, whole[1].replace(&before, &after)).unwrap();
        let refused = match RecoveryArchive::open(store, backup, Some(key)).await {
            Ok(archive) => problem(archive.check_target(&*database_of(&database), empty.path()).await),
            Err(error) => error.problem(),
        };
        assert_eq!(refused.title, title, "{name}: {refused:?}");
        assert!(
            refused.detail.contains(told) && refused.detail.contains("Nothing was changed"),
            "{refused:?}"
        );
    }
    fs::write(&manifest, &whole[0]).unwrap();
    fs::write(&sums, &whole[1]).unwrap();
}

#[tokio::test]
async fn a_project_whose_database_is_lost_is_restored_into_nothing() {
    let (world, plane) = shop().await;
    let backup = judged(&plane, back_up(&plane).await.id).await;
    let volumes = upload(&world).parent().unwrap().to_owned();
    no_copy_is_left(&world).await;
    world.real().lose(DATABASE).await;
    fs::remove_dir_all(&volumes).unwrap();
    let restored = eventually("the loss is seen", async || {
        let restored = plane.fleet_backups().restore_projects(&ines()).await.unwrap();
        (!restored.is_empty()).then_some(restored)
    })
    .await;
    assert_eq!(restored.len(), 1, "{restored:?}");
    assert_eq!((restored[0].backup, &restored[0].problem), (Some(backup.id), &None), "{restored:?}");
    let over = plane.over(restored[0].operation.unwrap()).await;
    assert_eq!(over.status, model::OperationStatus::Succeeded, "{over:#?}");
    assert_eq!(rows(&world).await, "1000");
    assert_eq!(fs::read_to_string(upload(&world)).unwrap(), "first");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    let ways = plane.backups().set_aside(&ines(), &id(SHOP)).await.unwrap();
    assert_eq!(ways, Vec::new(), "there was no database before");
    assert_eq!(plane.fleet_backups().restore_projects(&ines()).await.unwrap(), Vec::new());
}
