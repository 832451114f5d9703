use std::fs;
use std::path::PathBuf;

use model::Limits;

use super::{roots, write};

#[test]
fn one_tree_a_controller_or_one_for_all() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    let first = "3:pids:/\n2:cpu,cpuacct:/a\n1:memory:/a/b\n0::/\n";
    assert_eq!(roots(root.path(), first), [path("memory/a/b"), path("cpu,cpuacct/a"), path("pids")]);
    fs::create_dir_all(path("system.slice/fleet.service")).unwrap();
    let second = "0::/system.slice/fleet.service/control\n";
    assert_eq!(roots(root.path(), second), Vec::<PathBuf>::new(), "nothing is delegated");
    fs::write(path("system.slice/fleet.service/cgroup.controllers"), "cpuset cpu io memory pids\n").unwrap();
    assert_eq!(
        roots(root.path(), second),
        [path("system.slice/fleet.service")],
        "beside the control plane, not in it"
    );
}

/// What version 2 of the kernel's interface is told; version 1 is tried for real in `tests/process/limits.rs`.
#[test]
fn limits_are_written_in_the_words_of_the_unified_tree() {
    let group = tempfile::tempdir().unwrap();
    for file in ["memory.max", "cpu.max", "pids.max"] {
        fs::write(group.path().join(file), "max").unwrap();
    }
    write(&[group.path().to_owned()], &Limits::default().instance).unwrap();
    let read = |file: &str| fs::read_to_string(group.path().join(file)).unwrap();
    assert_eq!(
        (read("memory.max"), read("cpu.max"), read("pids.max")),
        ("536870912".into(), "100000 100000".into(), "256".into())
    );
    fs::remove_file(group.path().join("pids.max")).unwrap();
    assert!(
        write(&[group.path().to_owned()], &Limits::default().instance).is_err(),
        "a limit that is not there is told"
    );
}
