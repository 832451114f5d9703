//! The control groups of an instance: joined before it starts, read after it was killed.
//!
//! Both kernel layouts are supported: one hierarchy for each controller (version 1), or one for all (version 2).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::record::Reached;

/// Moves this process, and the program that it becomes by `exec`, into a group.
pub(crate) fn join(group: &Path) -> io::Result<()> {
    let file = group.join("cgroup.procs");
    fs::write(&file, "0")
        .map_err(|fault| io::Error::new(fault.kind(), format!("{}: {fault}", file.display())))
}

/// The memory limit, if the kernel has killed a process of these groups for reaching it.
pub(crate) fn reached(groups: &[PathBuf]) -> Option<Reached> {
    let file = |names: &[&str]| {
        groups
            .iter()
            .flat_map(|group| names.iter().map(|name| group.join(name)))
            .find_map(|path| fs::read_to_string(path).ok())
    };
    let number = |names: &[&str]| file(names)?.trim().parse::<u64>().ok();
    let events = file(&["memory.events", "memory.oom_control"])?;
    let kills = events.lines().find_map(|line| line.strip_prefix("oom_kill "))?;
    if kills.trim() == "0" {
        return None;
    }
    Some(Reached {
        limit: number(&["memory.max", "memory.limit_in_bytes"])?,
        peak: number(&["memory.peak", "memory.max_usage_in_bytes"]),
    })
}
