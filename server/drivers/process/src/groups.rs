//! Control groups, which enforce the limits of instances where the kernel lets us create some.
//!
//! Both layouts are supported: one hierarchy for each controller (version 1), or one for all (version 2). In version 2
//! our own group must delegate its controllers, which it cannot while it contains processes. So it works as root of a
//! machine, or in a unit with `Delegate=yes` and `DelegateSubgroup=control`, whose processes are one level below.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use model::InstanceLimits;

/// Where the kernel mounts control groups.
const ROOT: &str = "/sys/fs/cgroup";
const CONTROLLERS: [&str; 3] = ["memory", "cpu", "pids"];
/// The group of the control plane's own processes, below that of its unit.
const OWN: &str = "control";
/// CPU period in microseconds.
const PERIOD: u64 = 100_000;

/// The parent folders of our groups: one for each controller, or one for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Groups {
    folders: Vec<PathBuf>,
}

impl Groups {
    /// Finds or creates them; fails with the reason. `name` distinguishes fleets on one machine.
    pub(crate) fn find(name: &str) -> io::Result<Self> {
        let own = fs::read_to_string("/proc/self/cgroup")?;
        let folders =
            roots(Path::new(ROOT), &own).into_iter().map(|root| root.join(name)).collect::<Vec<_>>();
        if folders.is_empty() {
            return Err(io::Error::other("the controllers memory, cpu and pids are not there"));
        }
        for folder in &folders {
            if folder.parent().is_some_and(is_unified) {
                hand_on(folder.parent().unwrap_or(folder))?;
            }
            make(folder)?;
            if is_unified(folder) {
                hand_on(folder)?;
            }
        }
        Ok(Self { folders })
    }

    /// Creates a group with this name and these limits; replaces an empty one.
    pub(crate) fn create(&self, name: &str, limits: &InstanceLimits) -> io::Result<Vec<PathBuf>> {
        let groups: Vec<PathBuf> = self.folders.iter().map(|folder| folder.join(name)).collect();
        for group in &groups {
            remove(group)?;
            make(group)?;
        }
        write(&groups, limits)?;
        Ok(groups)
    }
}

/// Applies limits to groups. The kernel may reject a memory limit below the present usage.
pub(crate) fn write(groups: &[PathBuf], limits: &InstanceLimits) -> io::Result<()> {
    let InstanceLimits { memory, cpu, pids } = limits;
    let (memory, pids) = (memory.bytes().to_string(), pids.get().to_string());
    let quota = u64::from(cpu.millis()) * PERIOD / 1000;
    set(groups, &[("memory.max", &memory), ("memory.limit_in_bytes", &memory)])?;
    set(groups, &[("cpu.max", &format!("{quota} {PERIOD}")), ("cpu.cfs_quota_us", &quota.to_string())])?;
    set(groups, &[("pids.max", &pids)])?;
    // without swap accounting limits, an instance over its limit would swap for hours instead of being killed
    let _ = set(groups, &[("memory.swap.max", "0"), ("memory.memsw.limit_in_bytes", &memory)]);
    Ok(())
}

/// Writes the first of these files that exists in one of the groups: names differ between versions.
fn set(groups: &[PathBuf], files: &[(&str, &str)]) -> io::Result<()> {
    let there =
        groups.iter().flat_map(|group| files.iter().map(move |(name, value)| (group.join(name), *value)));
    match there.into_iter().find(|(path, _)| path.exists()) {
        Some((path, value)) => fs::write(&path, value)
            .map_err(|fault| io::Error::new(fault.kind(), format!("{}: {fault}", path.display()))),
        None => Err(io::Error::other(format!("no group has {}", files[0].0))),
    }
}

/// Removes an empty group. Absent is success.
pub(crate) fn remove(group: &Path) -> io::Result<()> {
    match fs::remove_dir(group) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
        _ => Ok(()),
    }
}

fn make(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(fault) if fault.kind() != io::ErrorKind::AlreadyExists => Err(fault),
        _ => Ok(()),
    }
}

fn is_unified(folder: &Path) -> bool {
    folder.join("cgroup.subtree_control").exists()
}

/// Delegates the controllers to the groups below this one.
fn hand_on(folder: &Path) -> io::Result<()> {
    let file = folder.join("cgroup.subtree_control");
    let handed = fs::read_to_string(&file)?;
    let missing: Vec<String> = CONTROLLERS
        .iter()
        .filter(|name| !handed.split_ascii_whitespace().any(|there| there == **name))
        .map(|name| format!("+{name}"))
        .collect();
    if missing.is_empty() { Ok(()) } else { fs::write(file, missing.join(" ")) }
}

/// The possible parents of our groups, from the lines of `/proc/self/cgroup`; empty if a controller is missing.
fn roots(root: &Path, own: &str) -> Vec<PathBuf> {
    let lines: Vec<(&str, &str)> =
        own.lines().filter_map(|line| line.split_once(':')?.1.split_once(':')).collect();
    let tree = |controller: &str| {
        let (names, path) =
            lines.iter().find(|(names, _)| names.split(',').any(|name| name == controller))?;
        Some(root.join(names).join(path.trim_start_matches('/')))
    };
    if let Some(trees) = CONTROLLERS.map(tree).into_iter().collect::<Option<Vec<_>>>() {
        return trees;
    }
    let unified = lines.iter().find(|(names, _)| names.is_empty()).map(|(_, path)| Path::new(path));
    let Some(path) = unified else { return Vec::new() };
    let unit = if path.ends_with(OWN) { path.parent().unwrap_or(path) } else { path };
    let folder = root.join(unit.strip_prefix("/").unwrap_or(unit));
    let offered = fs::read_to_string(folder.join("cgroup.controllers")).unwrap_or_default();
    let has = |name: &&str| offered.split_ascii_whitespace().any(|there| there == *name);
    if CONTROLLERS.iter().all(has) { vec![folder] } else { Vec::new() }
}

#[cfg(test)]
mod tests;
