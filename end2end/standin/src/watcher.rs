//! The schema watcher: polls the file's modification time and ends the process with code 0 when it changed.
//!
//! The first look is taken when the server already listens, so an edit during the boot is not noticed; a file that is away is
//! waited for. Both are the original's behaviour and the reason why the control plane restarts explicitly.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    time::{Duration, SystemTime},
};

use tokio::time;

/// Watches until the file differs, then exits; never returns.
pub async fn watch(path: PathBuf, every: Duration) {
    let mut known = modified(&path);
    loop {
        time::sleep(every).await;
        let Some(now) = modified(&path) else { continue };
        if known.is_some_and(|before| before != now) {
            tracing::info!(path = %path.display(), "Schema file changed, restarting");
            process::exit(0);
        }
        known = Some(now);
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}
