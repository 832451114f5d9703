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
use model::ProjectId;
use tokio::time::sleep;

use crate::folder::RunFolder;

mod watch;

const PAUSE: Duration = Duration::from_millis(200);

/// Hints from now on, for every project below this root.
pub(crate) fn changes(root: &Path) -> BoxStream<'static, ProjectId> {
    match watch::start(root) {
        Ok(hints) => stream::unfold(hints, async |mut hints| Some((hints.next().await?, hints))).boxed(),
        Err(fault) => {
            tracing::warn!(path = %root.display(), %fault, "run folders cannot be watched, they are polled instead");
            polled(root.to_owned()).boxed()
        }
    }
}

/// When each record was last written.
type Records = BTreeMap<ProjectId, Option<SystemTime>>;

fn polled(root: PathBuf) -> impl stream::Stream<Item = ProjectId> + Send {
    let known = records(&root);
    stream::unfold((VecDeque::new(), known, root), async |(mut hints, mut known, root)| {
        loop {
            if let Some(hint) = hints.pop_front() {
                return Some((hint, (hints, known, root)));
            }
            sleep(PAUSE).await;
            let now = records(&root);
            hints.extend(
                now.iter().filter(|(id, written)| known.get(id) != Some(written)).map(|(id, _)| id.clone()),
            );
            hints.extend(known.keys().filter(|id| !now.contains_key(id)).cloned());
            known = now;
        }
    })
}

fn records(root: &Path) -> Records {
    let written =
        |folder: &RunFolder| fs::metadata(folder.path().join(RECORD)).and_then(|file| file.modified()).ok();
    let folders = RunFolder::all(root).unwrap_or_default();
    folders.into_iter().map(|(id, folder)| (id, written(&folder))).collect()
}

#[cfg(test)]
mod tests;
