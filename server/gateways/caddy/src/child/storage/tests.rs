use std::fs;
use std::path::Path;

use super::remove_incomplete;

const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n";
const CERTIFICATE: &str =
    "-----BEGIN CERTIFICATE-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END CERTIFICATE-----\n";

fn certificate(storage: &Path, name: &str, files: [&str; 3]) {
    let folder = storage.join("certificates/local").join(name);
    fs::create_dir_all(&folder).unwrap();
    for (extension, text) in ["crt", "key", "json"].into_iter().zip(files) {
        fs::write(folder.join(name).with_extension(extension), text).unwrap();
    }
}

#[test]
fn what_is_incomplete_is_removed_with_its_folder_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let storage = folder.path();
    certificate(storage, "whole", [CERTIFICATE, KEY, "{}"]);
    let halves = [
        ("no-metadata", [CERTIFICATE, KEY, ""]),
        ("half-metadata", [CERTIFICATE, KEY, "{\"sans\":"]),
        ("half-certificate", [&CERTIFICATE[..40], KEY, "{}"]),
        ("no-key", [CERTIFICATE, "", "{}"]),
    ];
    for (name, files) in halves {
        certificate(storage, name, files);
    }
    fs::write(storage.join("instance.uuid"), "").unwrap();
    fs::create_dir_all(storage.join("locks")).unwrap();

    remove_incomplete(storage);

    let left = fs::read_dir(storage.join("certificates/local")).unwrap();
    assert_eq!(left.map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>(), ["whole"]);
    assert_eq!(fs::read_dir(storage.join("certificates/local/whole")).unwrap().count(), 3);
    assert!(storage.join("instance.uuid").is_file() && storage.join("locks").is_dir());
    remove_incomplete(&storage.join("absent"));
}
