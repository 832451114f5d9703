//! Hints that something about an instance changed.
//!
//! The kernel tells of changes in the run folders: a new record is a start or an end, and the closing of the lock file
//! is the end of a keeper, however it ended. That needs no parent, so it works for adopted instances too, and costs
//! nothing while nothing happens. Where the kernel has no watches left, the records are looked at every [`PAUSE`].

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use keeper::record::RECORD;
use model::InstanceKey;
use tokio::time::sleep;

use crate::folder::RunFolder;

mod watch;

const PAUSE: Duration = Duration::from_millis(200);

/// Hints from now on, for every instance below this root.
pub(crate) fn changes(root: &Path) -> BoxStream<'static, InstanceKey> {
    match watch::start(root) {
        Ok(hints) => stream::unfold(hints, async |mut hints| Some((hints.next().await?, hints))).boxed(),
        Err(fault) => {
            tracing::warn!(path = %root.display(), %fault, "run folders cannot be watched, they are polled instead");
            polled(root.to_owned()).boxed()
        }
    }
}

/// When each record was last written.
type Records = BTreeMap<InstanceKey, Option<SystemTime>>;

fn polled(root: PathBuf) -> impl stream::Stream<Item = InstanceKey> + Send {
    let known = records(&root);
    stream::unfold((VecDeque::new(), known, root), async |(mut hints, mut known, root)| {
        loop {
            if let Some(hint) = hints.pop_front() {
                return Some((hint, (hints, known, root)));
            }
            sleep(PAUSE).await;
            let now = records(&root);
            hints.extend(
                now.iter()
                    .filter(|(key, written)| known.get(key) != Some(written))
                    .map(|(key, _)| key.clone()),
            );
            hints.extend(known.keys().filter(|key| !now.contains_key(key)).cloned());
            known = now;
        }
    })
}

fn records(root: &Path) -> Records {
    let written =
        |folder: &RunFolder| fs::metadata(folder.path().join(RECORD)).and_then(|file| file.modified()).ok();
    let folders = RunFolder::all(root).unwrap_or_default();
    folders.into_iter().map(|(key, folder)| (key, written(&folder))).collect()
}

#[cfg(test)]
mod tests;
