//! Removing copies of repositories that nothing names any more.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A file in each copy whose time says when the repository was last named.
const NAMED: &str = "atomo-named";

/// Removes the copies below `cache_dir` whose folder is not in `keep` and whose repository was not named for `unnamed`; returns
/// how many. A copy that was never judged counts as named now.
pub fn prune(cache_dir: &Path, keep: &HashSet<String>, unnamed: Duration) -> io::Result<usize> {
    let entries = match fs::read_dir(cache_dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut removed = 0;
    for entry in entries {
        let folder = entry?.path();
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !is_copy(&name) || !folder.is_dir() {
            continue;
        }
        if keep.contains(&name) || !folder.join(NAMED).exists() {
            fs::write(folder.join(NAMED), "")?;
        }
        if !keep.contains(&name) && age(&folder.join(NAMED))? >= unnamed {
            // renamed at once, so that a fetch creates a whole new copy beside the one that is being removed
            let gone = cache_dir.join(format!("{name}.removed"));
            fs::rename(&folder, &gone)?;
            fs::remove_dir_all(&gone)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// The name of a copy is the SHA-256 of its address.
fn is_copy(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn age(path: &Path) -> io::Result<Duration> {
    let at = fs::metadata(path)?.modified()?;
    Ok(SystemTime::now().duration_since(at).unwrap_or_default())
}
