use std::process::{Command, Stdio};

use super::{ProcessKey, Stat, boot_id, pids};

#[test]
fn reads_a_line_whose_name_looks_like_fields() {
    let line = "42 (a) Z 1 (b) S 7 41 40 0 -1 4194560 100 0 0 0 11 5 0 0 20 0 3 0 987654 1 2 3";
    let stat = Stat::parse(line).unwrap();
    assert_eq!((stat.state, stat.group, stat.session), (b'S', 41, 40));
    assert_eq!(stat.started, 987_654);
    assert_eq!(Stat::parse("42 (short) S 1"), None);
    assert_eq!(Stat::parse(""), None);
}

#[test]
fn a_process_is_alive_until_it_ends_even_unreaped() {
    let me = ProcessKey::of(std::process::id()).unwrap();
    assert!(me.is_alive());
    assert!(!ProcessKey { started: me.started + 1, ..me }.is_alive(), "another start is another process");
    assert!(pids().contains(&me.pid));

    let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let key = ProcessKey::of(child.id()).unwrap();
    assert!(key.is_alive());
    child.kill().unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while key.is_alive() {
        assert!(std::time::Instant::now() < deadline, "a zombie counts as alive");
        std::thread::yield_now();
    }
    child.wait().unwrap();
    assert_eq!(ProcessKey::of(child.id()), None);
}

#[test]
fn the_boot_has_an_id() {
    assert_eq!(boot_id().len(), 36);
}
