//! The control plane dies at every moment of what it was asked for: before and after each of its acts and of its commits. A new
//! one takes over, and everything has to end as if none had died.

use std::sync::atomic::{AtomicU32, Ordering};

use control_plane::OpContext;
use model::{Operation, OperationId};

use super::world::{World, ines};
use super::{Running, eventually};

/// Trials that run side by side.
const AT_ONCE: usize = 4;
/// So many trials in a row in which nothing died: the last moment has passed.
const PAST_THE_END: u32 = 6;

/// What a control plane is asked for, and what is around that.
pub struct Trial<P, A, C> {
    /// Brings the world there. Nothing dies meanwhile.
    pub prepare: P,
    /// Asks for it.
    pub ask: A,
    /// Waits for what follows it and judges what there is.
    pub check: C,
}

/// How a trial ended.
struct Outcome {
    /// Where the control plane died.
    died: Option<String>,
    /// What the registry says of it.
    record: String,
}

impl<P, A, C> Trial<P, A, C>
where
    P: AsyncFn(&World, &Running) + Sync,
    A: AsyncFn(&World, &Running) -> Operation + Sync,
    C: AsyncFn(&World, &Running) + Sync,
{
    /// Lets a control plane die at the first moment, at the second, and so on, every time in a world of its own, until there is no
    /// such moment any more. Returns how many died. What they leave is compared with a run in which none died. How many moments a
    /// run has is not known beforehand: background tasks write too, on a busy machine more often.
    pub fn at_every_moment(&self) -> u32 {
        let whole = self.run_apart(u32::MAX);
        assert_eq!(whole.died, None);
        let (next, deaths, outlived) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        let lane = || {
            while outlived.load(Ordering::SeqCst) < PAST_THE_END {
                let trial = self.run_apart(next.fetch_add(1, Ordering::SeqCst));
                let place = trial.died.as_deref().unwrap_or("nowhere");
                assert_eq!(whole.record, trial.record, "left: nothing died. right: it died {place}");
                if trial.died.is_some() {
                    deaths.fetch_add(1, Ordering::SeqCst);
                    outlived.store(0, Ordering::SeqCst);
                } else {
                    outlived.fetch_add(1, Ordering::SeqCst);
                }
            }
        };
        std::thread::scope(|scope| _ = [(); AT_ONCE].map(|()| scope.spawn(lane)));
        deaths.into_inner()
    }

    /// A trial in a runtime of its own. Its connections are closed before its database is dropped, which would wait for one that
    /// is logging in.
    fn run_apart(&self, moment: u32) -> Outcome {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (outcome, world) = runtime.block_on(self.run(moment));
        runtime.shutdown_background();
        drop(world);
        outcome
    }

    async fn run(&self, moment: u32) -> (Outcome, World) {
        let mut world = World::new().await;
        let plane = world.start_behind_fuse().await;
        (self.prepare)(&world, &plane).await;
        let since = Since::now(&world).await;
        since.note_ends(&world).await;
        world.fuse.arm(moment);
        let died = tokio::select! {
            biased; // nothing is judged after the death
            died = world.fuse.blown() => Some(died),
            () = async {
                let operation = (self.ask)(&world, &plane).await;
                plane.over(operation.id).await;
                (self.check)(&world, &plane).await; // it waits for what follows, whose moments count too
            } => None,
        };
        plane.kill().await;
        world.replace_fuse();
        let next = world.start().await;
        let operation = match since.first_operation(&world).await {
            Some(operation) => operation,
            None => (self.ask)(&world, &next).await.id, // the operator got no answer, and nothing was written
        };
        next.over(operation).await;
        (self.check)(&world, &next).await;
        let record = since.record(&world, &next).await;
        next.stop().await;
        (Outcome { died, record }, world)
    }
}

/// A moment in the life of a registry.
pub struct Since {
    event: String,
    operation: String,
}

/// What differs between two equal runs: ids, and addresses of instances.
const VARIES: &str = "[0-9a-f]{8}-[0-9a-f-]{27}|127\\.0\\.0\\.1:[0-9]+";

impl Since {
    pub async fn now(world: &World) -> Self {
        Self {
            event: world.database.text("select coalesce(max(id), 0) from project_events").await,
            operation: world.database.text("select coalesce(max(id::text), '') from operations").await,
        }
    }

    /// Has the registry note each end of an operation, and each change of one that is over.
    pub async fn note_ends(&self, world: &World) {
        let triggers = "create table ends (id uuid);
            create function note_end() returns trigger language plpgsql as
              $$ begin insert into ends values (new.id); return null; end $$;
            create trigger note_end after update on operations for each row
              when (old.status <> new.status
                    and not (old.status in ('waiting', 'running') and new.status in ('waiting', 'running')))
              execute function note_end()";
        world.database.sql(triggers).await.unwrap();
    }

    /// The operation that was asked for, if it was written.
    pub async fn first_operation(&self, world: &World) -> Option<OperationId> {
        let first =
            format!("select id from operations where id::text > '{}' order by id limit 1", self.operation);
        world.database.text(&first).await.parse().ok()
    }

    /// What the registry says of what was done since, as soon as everything is over: every operation has one end, every change
    /// its events, no step is under way, and the audit chain holds.
    pub async fn record(&self, world: &World, plane: &control_plane::ControlPlane) -> String {
        let database = &world.database;
        let open = "select count(*) from operations where status in ('waiting', 'running')";
        eventually("everything is over", async || (database.text(open).await == "0").then_some(())).await;
        let ends = format!(
            "select string_agg(o.kind || ' ' || o.status, ', ') from operations o
             where o.id::text > '{}' and (select count(*) from ends e where e.id = o.id) <> 1",
            self.operation
        );
        assert_eq!(database.text(&ends).await, "", "each ends once");
        let steps = "select count(*) from operation_steps where status in ('waiting', 'running')";
        assert_eq!(database.text(steps).await, "0", "no step of an operation that is over is under way");
        let op: OpContext = ines();
        assert_eq!(plane.audit().verify(&op).await.unwrap().broken_at, None);
        let (events, operations) = (self.events(world).await, self.operations(world).await);
        format!("{events}\n{operations}\n{}", projects(world).await)
    }

    async fn events(&self, world: &World) -> String {
        let events = format!(
            "select regexp_replace(string_agg(concat_ws(' ', project_id, action, actor, detail), E'\\n' order by id),
                                   '{VARIES}', '..', 'g')
             from project_events where id > {}",
            self.event
        );
        world.database.text(&events).await
    }

    /// The operations. A step that only waits is not needed where the new control plane finds what it waits for.
    async fn operations(&self, world: &World) -> String {
        let operations = format!(
            "select string_agg(concat_ws(' ', project_id, kind, status, actor, problem ->> 'title',
                      (select string_agg(step || ':' || status, ' ' order by step)
                       from (select distinct on (step) step,
                               case when step in ('await_ready', 'verify_route') and s.status = 'skipped'
                                         and o.status = 'succeeded' then 'done' else s.status end status
                             from operation_steps s where operation_id = o.id order by step, ordinal desc) latest)), E'\\n' order by id)
             from operations o where id::text > '{}'",
            self.operation
        );
        world.database.text(&operations).await
    }
}

async fn projects(world: &World) -> String {
    let projects =
        "select string_agg(concat_ws(' ', id, status, desired_state, generation, observed_generation,
          wanted_revision, running_revision, exclusive_job, maintenance, former_hostnames, secrets, restarts,
          problem ->> 'title'), E'\\n' order by id) from projects";
    let databases = "select string_agg(project_id, ' ' order by project_id) from retained_databases";
    format!("{}\nretained: {}", world.database.text(projects).await, world.database.text(databases).await)
}
