//! What the tests stand on: a fresh database each, parts in memory, instances that really listen.

pub mod fuse;
pub mod instances;
pub mod moments;
pub mod ports;
pub mod postgres;
pub mod real;
pub mod record;
mod relay;
pub mod running;
pub mod server;
mod settings;
pub mod silence;
pub mod wire;
pub mod world;

use std::time::{Duration, Instant};

use control_plane::ControlPlane;
use model::{Operation, ProjectPatch};

pub use running::{Running, term};
use world::id;
pub use world::{World, ines};

/// How long anything may take before a test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What `look` finds, as soon as it finds something.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Edits a project from its present generation, as an operator does who has just read it.
pub async fn edit_now(
    plane: &ControlPlane,
    name: &str,
    patch: ProjectPatch,
) -> control_plane::Result<Operation> {
    let generation = Some(plane.projects().get(&ines(), &id(name)).await?.generation);
    plane.projects().edit(&ines(), &id(name), ProjectPatch { generation, ..patch }).await
}
