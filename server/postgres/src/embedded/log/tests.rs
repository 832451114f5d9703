//! What is put aside, and that whoever prints to the file goes on doing so.

use std::io::Write as _;
use std::os::unix::fs::symlink;

use super::*;

#[test]
fn a_log_that_is_put_aside_is_whole_and_its_writer_goes_on_in_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("server.log");
    let mut writer = File::options().create(true).append(true).open(&log).unwrap();
    for round in ["first", "second"] {
        writeln!(writer, "{round}").unwrap();
        assert_eq!(put_aside(&log).unwrap(), folder.path().join("server.log.1"));
        assert_eq!(fs::read_to_string(folder.path().join("server.log.1")).unwrap(), format!("{round}\n"));
        assert_eq!(fs::read_to_string(&log).unwrap(), "");
    }
    writeln!(writer, "third").unwrap();
    assert_eq!(fs::read_to_string(&log).unwrap(), "third\n", "without a hole in front");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn no_link_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (log, precious) = (folder.path().join("server.log"), folder.path().join("precious"));
    fs::write(&precious, "text").unwrap();
    symlink(&precious, &log).unwrap();
    assert!(put_aside(&log).is_err());
    fs::remove_file(&log).unwrap();
    fs::write(&log, "line").unwrap();
    symlink(&precious, folder.path().join("server.log.1")).unwrap();
    put_aside(&log).unwrap();
    assert_eq!(fs::read_to_string(&precious).unwrap(), "text");
}
