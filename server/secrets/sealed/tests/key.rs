//! What is wrong with a key is named, and nothing is made up in its place.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use control_plane::ports::Failure as _;
use control_plane::ports::secret_store::{SecretError, SecretPath, SecretReader as _, SecretStore as _};
use secrecy::{ExposeSecret as _, SecretString};
use secrets_sealed::{SealedSettings, SealedStore};
use tempfile::TempDir;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn key(&self) -> PathBuf {
        self.0.path().join("keys").join("sealing.key")
    }

    async fn open(&self) -> Result<SealedStore, SecretError> {
        SealedStore::open(SealedSettings { dir: self.0.path().join("secrets"), key_file: self.key() }).await
    }

    async fn with_a_secret() -> Self {
        let place = Self::new();
        place.open().await.unwrap().put(&token(), SecretString::from("kept")).await.unwrap();
        place
    }

    async fn refusal(&self) -> String {
        let Err(error) = self.open().await else { panic!("the store opened") };
        assert!(matches!(error, SecretError::Key { .. }), "{error:?}");
        assert!(!error.is_transient(), "waiting does not mend a key");
        error.problem().detail
    }
}

fn token() -> SecretPath {
    SecretPath::fleet("token")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[tokio::test]
async fn a_new_store_makes_its_key_for_its_owner_only() {
    let place = Place::with_a_secret().await;
    assert_eq!(mode(&place.key()), 0o600);
    assert_eq!(fs::read(place.key()).unwrap().len(), 32);
    assert_eq!(mode(&place.0.path().join("secrets")), 0o700);
    assert_eq!(mode(&place.0.path().join("secrets/_fleet/token.1")), 0o600);
    let files = fs::read_dir(place.0.path().join("keys")).unwrap().count();
    assert_eq!(files, 1, "nothing half written stays beside it");
}

#[tokio::test]
async fn a_missing_key_beside_sealed_files_is_never_made_again() {
    let place = Place::with_a_secret().await;
    let key = fs::read(place.key()).unwrap();
    fs::remove_file(place.key()).unwrap();
    let told = place.refusal().await;
    assert!(told.contains("sealing.key is missing while"), "{told}");
    assert!(!place.key().exists(), "no key was made");

    fs::write(place.key(), key).unwrap();
    fs::set_permissions(place.key(), Permissions::from_mode(0o600)).unwrap();
    let kept = place.open().await.unwrap().get(&token(), None).await.unwrap().unwrap();
    assert_eq!(kept.value.expose_secret(), "kept");
}

#[tokio::test]
async fn a_key_is_made_again_where_nothing_was_sealed() {
    let place = Place::new();
    place.open().await.unwrap();
    fs::remove_file(place.key()).unwrap();
    place.open().await.unwrap();
    assert!(place.key().exists());
}

#[tokio::test]
async fn a_mode_that_is_open_to_others_is_refused_and_shown() {
    let place = Place::with_a_secret().await;
    for (wide, shown) in [(0o644, "mode 0644"), (0o640, "mode 0640"), (0o606, "mode 0606")] {
        fs::set_permissions(place.key(), Permissions::from_mode(wide)).unwrap();
        let told = place.refusal().await;
        assert!(told.contains(shown) && told.contains("chmod 600"), "{told}");
    }
    fs::set_permissions(place.key(), Permissions::from_mode(0o400)).unwrap();
    place.open().await.unwrap();
}

#[tokio::test]
async fn a_wrong_size_is_refused_and_shown() {
    let place = Place::with_a_secret().await;
    for size in [0_usize, 31, 33] {
        fs::write(place.key(), vec![1; size]).unwrap();
        let told = place.refusal().await;
        assert!(told.contains(&format!("has {size} bytes; a key has 32")), "{told}");
    }
}

#[tokio::test]
async fn what_is_not_a_file_is_refused() {
    let place = Place::new();
    fs::create_dir_all(place.key()).unwrap();
    let told = place.refusal().await;
    assert!(told.contains("is not a file"), "{told}");
}

#[tokio::test]
async fn another_key_is_named_first() {
    let place = Place::with_a_secret().await;
    fs::write(place.key(), [9; 32]).unwrap();
    let told = place.refusal().await;
    assert!(told.contains("was sealed with another key"), "{told}");
}

#[tokio::test]
async fn a_probe_sees_that_the_key_file_was_lost_opened_or_exchanged() {
    let place = Place::with_a_secret().await;
    let store = place.open().await.unwrap();
    assert!(store.probe().await.unwrap().starts_with("sealed files in "));

    fs::set_permissions(place.key(), Permissions::from_mode(0o644)).unwrap();
    assert!(store.probe().await.unwrap_err().to_string().contains("mode 0644"));
    fs::set_permissions(place.key(), Permissions::from_mode(0o600)).unwrap();
    fs::write(place.key(), [9; 32]).unwrap();
    assert!(store.probe().await.unwrap_err().to_string().contains("another key"));
    fs::remove_file(place.key()).unwrap();
    assert!(store.probe().await.unwrap_err().to_string().contains("is missing"));

    let kept = store.get(&token(), None).await.unwrap().unwrap();
    assert_eq!(kept.value.expose_secret(), "kept", "a running store goes on with the key it has");
}
