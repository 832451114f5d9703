use super::Groups;

fn folder(text: &str, controller: &str) -> Option<String> {
    Groups(text.to_owned()).folder(controller).map(|folder| folder.display().to_string())
}

#[test]
fn a_group_is_found_in_a_tree_of_its_own_or_in_the_one_for_all() {
    let many =
        "12:pids:/docker/ab\n5:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n1:name=systemd:/docker/ab\n";
    assert_eq!(folder(many, "memory").as_deref(), Some("/sys/fs/cgroup/memory/docker/ab"));
    assert_eq!(folder(many, "cpuacct").as_deref(), Some("/sys/fs/cgroup/cpu,cpuacct/docker/ab"));
    assert_eq!(folder(many, "io"), None);
    let one = "0::/system.slice/docker-ab.scope\n";
    assert_eq!(folder(one, "memory").as_deref(), Some("/sys/fs/cgroup/system.slice/docker-ab.scope"));
    assert_eq!(folder("", "memory"), None);
}
