//! What is changed behind the store's back is noticed, and what it writes tells nothing.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::fs;
use std::path::{Path, PathBuf};

use control_plane::ports::secret_store::{SecretError, SecretPath, SecretReader as _, SecretStore as _};
use model::ProjectId;
use secrecy::SecretString;
use secrets_sealed::{SealedSettings, SealedStore};
use tempfile::TempDir;

const PLANTED: &str = "planted-value-of-a-secret";

struct Place {
    dir: TempDir,
    store: SealedStore,
}

impl Place {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let settings = SealedSettings { dir: dir.path().join("secrets"), key_file: dir.path().join("key") };
        Self { store: SealedStore::open(settings).await.unwrap(), dir }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join("secrets/acme").join(name)
    }

    async fn put(&self, name: &str, value: &str) {
        self.store.put(&path(name), SecretString::from(value)).await.unwrap();
    }

    async fn damaged(&self, name: &str) -> bool {
        matches!(self.store.get(&path(name), None).await, Err(SecretError::Damaged { path }) if path.ends_with(name))
    }
}

fn path(name: &str) -> SecretPath {
    SecretPath::project(&"acme".parse::<ProjectId>().unwrap(), name)
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn every_flipped_byte_is_damage() {
    let place = Place::new().await;
    place.put("jwt_secret", PLANTED).await;
    let whole = fs::read(place.file("jwt_secret.1")).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        fs::write(place.file("jwt_secret.1"), bytes).unwrap();
        assert!(place.damaged("jwt_secret").await, "byte {at} was changed");
    }
    fs::write(place.file("jwt_secret.1"), "").unwrap();
    assert!(place.damaged("jwt_secret").await, "emptied");
}

#[tokio::test]
async fn swapped_files_are_damage() {
    let place = Place::new().await;
    place.put("mine", "one").await;
    place.put("yours", "two").await;
    fs::copy(place.file("yours.1"), place.file("mine.1")).unwrap();
    assert!(place.damaged("mine").await, "another secret's value under this name");
    assert!(!place.damaged("yours").await);
}

#[tokio::test]
async fn an_old_version_renamed_to_a_new_one_is_damage() {
    let place = Place::new().await;
    place.put("rotated", "leaked").await;
    place.put("rotated", "fresh").await;
    fs::copy(place.file("rotated.1"), place.file("rotated.3")).unwrap();
    assert!(place.damaged("rotated").await);
}

#[tokio::test]
async fn nothing_written_holds_a_value_and_nothing_temporary_stays() {
    let place = Place::new().await;
    place.put("jwt_secret", PLANTED).await;
    place.store.ensure(&path("other"), SecretString::from(PLANTED)).await.unwrap();
    place.store.ensure(&path("other"), SecretString::from(PLANTED)).await.unwrap();
    place.store.probe().await.unwrap();
    let files = files_below(place.dir.path());
    for file in &files {
        let bytes = fs::read(file).unwrap();
        assert!(
            !bytes.windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes()),
            "{}",
            file.display()
        );
    }
    assert_eq!(files.len(), 4, "key, fingerprint and two secrets: {files:?}");
}

#[tokio::test]
async fn a_name_that_leads_out_of_the_folder_is_refused() {
    let place = Place::new().await;
    for name in ["../escape", "a/b", "", "a.b", "nul\0"] {
        let refused = place.store.put(&path(name), SecretString::from(PLANTED)).await;
        assert!(refused.is_err(), "{name:?} was taken");
    }
    assert_eq!(files_below(place.dir.path()).len(), 2, "key and fingerprint only");
}

#[tokio::test]
async fn files_of_others_in_the_folder_are_not_versions() {
    let place = Place::new().await;
    place.put("key", "value").await;
    for name in ["key.01", "key.0", "key.2.bak", "key", "key.-1", "key.99999999999"] {
        fs::write(place.file(name), "foreign").unwrap();
    }
    assert_eq!(place.store.get(&path("key"), None).await.unwrap().map(|secret| secret.version), Some(1));
    let listed = place.store.list(&path("key").scope).await.unwrap();
    assert_eq!(
        listed.iter().map(|meta| (meta.name.as_str(), meta.version)).collect::<Vec<_>>(),
        [("key", 1)]
    );
    assert!(listed[0].changed_at.is_some());
}
