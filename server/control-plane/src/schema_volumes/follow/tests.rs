use std::fs;
use std::path::Path;

use model::VolumePath;

use super::super::file::{self, FileStat};
use super::super::folders::VolumeFolders;
use super::{Look, Next, READ_EVERY};

fn stat(folder: &Path, content: &str) -> (VolumePath, FileStat) {
    let file = folder.join("s.ts");
    let new = folder.join("s.new");
    fs::write(&new, content).unwrap();
    fs::rename(&new, &file).unwrap();
    let path: VolumePath = file.to_str().unwrap().parse().unwrap();
    let folders = VolumeFolders { own: folder.to_owned(), allowed: vec![] };
    let stat = file::stat(&folders, &path).unwrap();
    (path, stat)
}

#[test]
fn a_file_is_read_when_it_was_the_same_twice_and_then_not_until_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (path, one) = stat(folder.path(), "1");
    let mut look = Look { path: path.clone(), stat: None, since: None };
    assert_eq!([look.at(&path, one), look.at(&path, one)], [Next::Wait, Next::Read]);
    assert_eq!(look.at(&path, one), Next::Read, "a read that came to nothing is repeated");
    look.since = Some(0);
    assert_eq!(look.at(&path, one), Next::Wait);

    let (_, two) = stat(folder.path(), "22");
    assert_ne!(one, two);
    assert_eq!(look.at(&path, two), Next::Wait, "it may be being written");
    let (_, three) = stat(folder.path(), "333");
    assert_eq!([look.at(&path, three), look.at(&path, three)], [Next::Wait, Next::Read]);
}

#[test]
fn a_file_that_seems_unchanged_is_read_now_and_then() {
    let folder = tempfile::tempdir().unwrap();
    let (path, one) = stat(folder.path(), "1");
    let mut look = Look { path: path.clone(), stat: Some(one), since: Some(0) };
    let looks = (0..=READ_EVERY).take_while(|_| look.at(&path, one) == Next::Wait).count();
    assert_eq!(looks, READ_EVERY as usize);
}

#[test]
fn another_path_is_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, one) = stat(folder.path(), "1");
    let mut look = Look { path, stat: Some(one), since: Some(0) };
    let other: VolumePath = "/srv/other.ts".parse().unwrap();
    assert_eq!([look.at(&other, one), look.at(&other, one)], [Next::Wait, Next::Read]);
}
