//! The browser's side of a log: reads it as it comes, and begins again when the connection ends.

use std::time::Duration;

use futures::StreamExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use model::{LogLine, ProjectId};

use super::api::follow_log;
use super::split::{Lines, is_known};

/// More lines than this are not kept on the page.
const KEPT: usize = 5_000;
const RETRY: Duration = Duration::from_secs(3);

/// Keeps `lines` up to date for as long as the view that asked exists.
pub(super) fn follow(id: ProjectId, lines: RwSignal<Vec<LogLine>>, paused: RwSignal<bool>) {
    Effect::new(move |_| {
        let id = id.clone();
        spawn_local_scoped_with_cancellation(async move {
            loop {
                read(id.clone(), lines, paused).await;
                rest().await;
            }
        });
    });
}

/// Reads until the stream ends. A stream begins with lines that may stand on the page already: those are left out.
async fn read(id: ProjectId, shown: RwSignal<Vec<LogLine>>, paused: RwSignal<bool>) {
    let Ok(stream) = follow_log(id).await else { return };
    let mut stream = stream.into_inner();
    let mut split = Lines::default();
    let mut overlap = true;
    let mut waiting = Vec::new();
    while let Some(Ok(piece)) = stream.next().await {
        waiting.extend(split.push(&piece));
        if waiting.is_empty() || paused.get_untracked() {
            continue;
        }
        let new = std::mem::take(&mut waiting);
        let alive = shown.try_update(|shown| {
            for line in new {
                overlap = overlap && is_known(shown, &line);
                if !overlap {
                    shown.push(line);
                }
            }
            let surplus = shown.len().saturating_sub(KEPT);
            shown.drain(..surplus);
        });
        if alive.is_none() {
            return;
        }
        super::page::stay_at_the_end();
    }
}

async fn rest() {
    let (done, waited) = futures::channel::oneshot::channel::<()>();
    set_timeout(move || drop(done), RETRY);
    let _ = waited.await;
}
