//! A control plane at work, and what it is waited for.

use std::ops::Deref;

use control_plane::ControlPlane;
use control_plane::registry::EngineTerm;
use model::{EventFilter, Operation, OperationId, OperationStatus, Project, ProjectDraft, ProjectEvent};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::eventually;
use super::relay::Relay;
use super::world::{id, ines};

/// A control plane at work; stops when it is dropped.
pub struct Running {
    plane: ControlPlane,
    stop: CancellationToken,
    task: JoinHandle<control_plane::Result<()>>,
    /// Its way to the registry, where that is not the direct one.
    relay: Option<Relay>,
}

impl Deref for Running {
    type Target = ControlPlane;
    fn deref(&self) -> &ControlPlane {
        &self.plane
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The engine lock, for this control plane.
pub async fn term(plane: &ControlPlane) -> EngineTerm {
    plane.registry().lock_engine().await.unwrap().begin_term().await.unwrap()
}

impl Running {
    pub async fn begin(plane: ControlPlane) -> Self {
        let (stop, mut term) = (CancellationToken::new(), term(&plane).await);
        let task = tokio::spawn({
            let (plane, stop) = (plane.clone(), stop.clone());
            async move { plane.run(&mut term, stop).await }
        });
        Self { plane, stop, task, relay: None }
    }

    /// The same, of a control plane that reaches its registry through this relay.
    pub async fn behind(relay: Relay, plane: ControlPlane) -> Self {
        let mut running = Self::begin(plane).await;
        running.relay = Some(relay);
        running
    }

    /// Stops it between two awaits, as a crash would, and waits until nothing of it is left.
    pub async fn stop(mut self) {
        self.stop.cancel();
        (&mut self.task).await.unwrap().unwrap();
        self.plane.registry().close().await;
    }

    /// Ends it as `kill -9` would: nothing of it is told to end.
    pub async fn kill(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
        if let Some(relay) = self.relay.take() {
            relay.cut().await;
        }
        self.plane.registry().close().await;
    }

    /// What the engine ends with by itself.
    pub async fn ends(mut self) -> control_plane::Result<()> {
        tokio::time::timeout(super::PATIENCE, &mut self.task).await.expect("an engine that ends").unwrap()
    }

    /// Creates a project and waits until it runs.
    pub async fn create(&self, draft: ProjectDraft) -> Operation {
        let operation = self.projects().create(&ines(), draft, None).await.unwrap();
        self.succeeds(&operation).await
    }

    /// Waits until the operation is over.
    pub async fn over(&self, id: OperationId) -> Operation {
        eventually("the operation is over", async || {
            let operation = self.operations().get(&ines(), id).await.unwrap();
            operation.status.is_over().then_some(operation)
        })
        .await
    }

    /// Waits until the operation is over, and that well.
    pub async fn succeeds(&self, operation: &Operation) -> Operation {
        let over = self.over(operation.id).await;
        assert_eq!(over.status, OperationStatus::Succeeded, "{over:#?}");
        over
    }

    /// Waits until the operation fails.
    pub async fn fails(&self, operation: &Operation) -> Operation {
        let over = self.over(operation.id).await;
        assert_eq!(over.status, OperationStatus::Failed, "{over:#?}");
        over
    }

    /// The project now.
    pub async fn project(&self, name: &str) -> Project {
        self.projects().get(&ines(), &id(name)).await.unwrap()
    }

    /// Waits until the project looks like this.
    pub async fn becomes(&self, name: &str, what: &str, looks: impl Fn(&Project) -> bool) -> Project {
        eventually(&format!("{name} {what}"), async || Some(self.project(name).await).filter(&looks)).await
    }

    /// Everything that happened to the project, oldest first.
    pub async fn events(&self, name: &str) -> Vec<ProjectEvent> {
        let mut page =
            self.projects().events(&ines(), &id(name), EventFilter::default(), None).await.unwrap();
        assert_eq!(page.next_cursor, None, "more events than a test should make");
        page.items.reverse();
        page.items
    }

    /// The moves along the lifecycle, each with who is named for it: `provisioning>running operator:ines@example.com`.
    pub async fn moves(&self, name: &str) -> Vec<String> {
        let events = self.events(name).await.into_iter().filter(|event| event.action == "status");
        let word = |event: ProjectEvent| {
            let (detail, actor) = (event.detail.unwrap(), event.actor.unwrap());
            format!("{}>{} {actor}", detail["from"].as_str().unwrap(), detail["to"].as_str().unwrap())
        };
        events.map(word).collect()
    }
}
