//! Looking at one project: its process, its answers, its files, and whether requests reach it.

use model::state::ReachSeen;
use model::{Hint, InstanceKey, InstanceSeen, Observation, Observed, ProjectId, ServerSeen};
use time::OffsetDateTime;

use crate::goal::is_due;
use crate::ports::driver::Change;
use crate::probe::{PROBE_TIMEOUT, Readiness};
use crate::registry::ProjectRecord;
use crate::{Inner, routes};

/// Looks at one project now: its process, its answer, its file; database and route as of the last look at all.
pub(crate) async fn look(inner: &Inner, record: &ProjectRecord) -> Observation {
    let id = &record.project.id;
    let key = InstanceKey::main(id.clone());
    let instance = match inner.ports.driver.inspect(&key).await {
        Ok(seen) => seen.into(),
        Err(error) => {
            tracing::warn!(project.id = %id, %error, "looking at an instance");
            Observed::Unknown
        }
    };
    let written = record.schema_key();
    let ((ready, hangs), schema, replace_for_limits) = tokio::join!(
        probe(inner, id, &instance),
        inner.ports.volumes.schema(&key, &written, &record.project.schema_ref),
        replacement_for_limits(inner, record, &instance)
    );
    let mut seen = Observation {
        at: OffsetDateTime::now_utc(),
        ready,
        schema,
        database: inner.observations.database(id, &record.project.database_server),
        route: inner.observations.route(id),
        reached: inner.observations.get(id).map(|seen| seen.reached).unwrap_or_default(),
        hangs,
        replace_for_limits,
        instance,
    };
    reach_again(inner, record, &mut seen).await;
    if inner.observations.put(id, seen.clone()) {
        inner.live.send(Hint::Project { project_id: id.clone() });
    }
    seen
}

/// Repeats the request through the gateway where none is known to have succeeded for what is served now: after a start of
/// the control plane, and after one that failed. While a change is due, that is a step of its plan.
async fn reach_again(inner: &Inner, record: &ProjectRecord, seen: &mut Observation) {
    let served = seen.ready.present().is_some() && seen.route.present().is_some();
    let Some(instance) = seen.instance.present().filter(|_| served && !is_due(record)) else { return };
    if seen.reached.present().is_some() {
        return;
    }
    let project = &record.project;
    let asked = inner.ports.gateway.reach(&project.id, project.hostname.as_ref(), "/ready");
    let reached = matches!(
        tokio::time::timeout(PROBE_TIMEOUT, asked).await,
        Ok(Ok(reached)) if routes::is_reached(record, reached.status)
    );
    let hosts = project.hosts().cloned().collect();
    seen.reached = reached.then(|| ReachSeen { address: instance.address.clone(), hosts }).into();
}

/// Why the running instance has to be replaced to be held to the limits of its project; `None` where it has not, or where
/// the driver does not know.
async fn replacement_for_limits(
    inner: &Inner,
    record: &ProjectRecord,
    instance: &Observed<InstanceSeen>,
) -> Option<String> {
    let (key, wanted) = (InstanceKey::main(record.project.id.clone()), &record.project.limits.instance);
    let instance = instance.present().filter(|instance| instance.is_running())?;
    if instance.limits? == *wanted {
        return None;
    }
    match inner.ports.driver.preview(&key, wanted).await {
        Ok(Change::Replace { reason }) => Some(reason),
        Ok(Change::None | Change::InPlace) => None,
        Err(error) => {
            tracing::warn!(project.id = %key.project, %error, "looking at what a change of limits takes");
            None
        }
    }
}

/// Whether the instance answers, and whether it hangs. What it says of itself is asked once per process.
async fn probe(
    inner: &Inner,
    id: &ProjectId,
    instance: &Observed<InstanceSeen>,
) -> (Observed<ServerSeen>, bool) {
    let instance = match instance {
        Observed::Present(instance) if instance.is_running() => instance,
        Observed::Unknown => return (Observed::Unknown, false),
        _ => return (Observed::Absent, false),
    };
    let readiness = inner.prober.readiness(&instance.address).await;
    let hangs = inner.observations.note_answer(id, instance, readiness);
    if readiness != Readiness::Ready {
        return (Observed::Absent, hangs);
    }
    let known = inner.observations.get(id).and_then(|seen| {
        let same = seen.instance.present().is_some_and(|earlier| earlier.started_at == instance.started_at);
        seen.ready.present().filter(|_| same).cloned()
    });
    let ready = match known {
        Some(server) => Observed::Present(server),
        None => inner.prober.describe(&instance.address).await.map_or(Observed::Absent, Observed::Present),
    };
    (ready, false)
}
