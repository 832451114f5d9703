//! Reading what a server wrote, whole or not.

use std::path::{Path, PathBuf};

use super::{PidFile, holders, parse};

const WHOLE: &str = "4711\n/data\n1700000000\n5432\n/run/x\n\n  123  456\nready   \n";

#[test]
fn a_whole_file_is_read() {
    let wished = PidFile { pid: 4711, socket: PathBuf::from("/run/x"), ready: true };
    assert_eq!(parse(WHOLE), Some(wished));
}

#[test]
fn a_server_that_is_not_ready_is_told_from_one_that_is() {
    for state in ["starting", "stopping", "standby ", ""] {
        let text = WHOLE.replace("ready   ", state);
        assert_eq!(parse(&text).map(|file| file.ready), Some(false), "{state}");
    }
    assert_eq!(parse("4711\n").map(|file| file.ready), Some(false), "it has only begun to write");
}

#[test]
fn what_is_no_pid_file_is_none() {
    for text in ["", "\n", "x\n/data\n", "-4711\n/data\n"] {
        assert_eq!(parse(text), None, "{text:?}");
    }
}

#[test]
fn nobody_holds_a_folder_without_a_server() {
    assert_eq!(holders(Path::new("/nowhere")), Some(Vec::new()));
}
