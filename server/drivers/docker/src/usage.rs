//! What a container uses, from the kernel's own files: the engine takes a second to say the same.

use std::fs;
use std::path::PathBuf;

use model::ByteSize;

/// Where the kernel shows its groups.
const ROOT: &str = "/sys/fs/cgroup";

/// The groups that a process is in.
struct Groups(String);

/// The memory that a container has in use, by its first process; `None` where the kernel does not say.
pub(crate) fn memory(pid: u32) -> Option<ByteSize> {
    let groups = Groups::of(pid)?;
    let memory = groups.number("memory", &["memory.current", "memory.usage_in_bytes"])?;
    // what it holds of files and can give back at once is not in use
    let cache =
        groups.figure("memory", "memory.stat", &["total_inactive_file", "inactive_file"]).unwrap_or_default();
    Some(ByteSize::new(memory.saturating_sub(cache)))
}

/// The most memory that it used at once.
pub(crate) fn peak(pid: u32) -> Option<ByteSize> {
    Groups::of(pid)?.number("memory", &["memory.peak", "memory.max_usage_in_bytes"]).map(ByteSize::new)
}

impl Groups {
    fn of(pid: u32) -> Option<Self> {
        fs::read_to_string(format!("/proc/{pid}/cgroup")).ok().map(Self)
    }

    /// The group of a controller: one tree each, or one for all.
    fn folder(&self, controller: &str) -> Option<PathBuf> {
        let lines = || self.0.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
        let own = lines().find(|(controllers, _)| controllers.split(',').any(|name| name == controller));
        let (tree, path) = own.or_else(|| lines().find(|(controllers, _)| controllers.is_empty()))?;
        Some(PathBuf::from(ROOT).join(tree).join(path.trim_start_matches('/')))
    }

    fn number(&self, controller: &str, names: &[&str]) -> Option<u64> {
        let folder = self.folder(controller)?;
        names.iter().find_map(|name| fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok())
    }

    /// A figure out of a file of names and numbers.
    fn figure(&self, controller: &str, file: &str, names: &[&str]) -> Option<u64> {
        let text = fs::read_to_string(self.folder(controller)?.join(file)).ok()?;
        let value = |name: &str| {
            text.lines().filter_map(|line| line.split_once(' ')).find(|(key, _)| *key == name)?.1.parse().ok()
        };
        names.iter().find_map(|name| value(name))
    }
}

#[cfg(test)]
mod tests;
