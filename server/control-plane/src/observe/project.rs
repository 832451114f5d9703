//! Observes one project: its process, its answers, its schema file, and whether requests reach it.

use model::state::ReachSeen;
use model::{
    Hint, InstanceFigures, InstanceKey, InstanceSeen, Observation, ObservationFacts, ObservationFigures,
    Observed, ProjectId, ReleaseSeen,
};
use time::OffsetDateTime;

use super::probe::{PROBE_TIMEOUT, Readiness};
use crate::Inner;
use crate::gateway::routes;
use crate::goal::is_due;
use crate::ports::driver::LimitChange;
use crate::ports::postgres_host::DatabaseReport;
use crate::registry::ProjectRecord;

/// Observes one project now and stores the result. Database and route are those of the last read of all. Sends a hint if the
/// facts have changed.
pub(crate) async fn project(inner: &Inner, record: &ProjectRecord) -> Observation {
    let id = &record.project.id;
    let mut facts = facts(inner, record).await;
    reach_again(inner, record, &mut facts).await;
    let figures = figures(inner, record, &facts).await;
    let observation = Observation { at: OffsetDateTime::now_utc(), facts, figures };
    if inner.observations.put(id, observation.clone()) {
        inner.live.send(Hint::Project { project_id: id.clone() });
    }
    observation
}

async fn facts(inner: &Inner, record: &ProjectRecord) -> ObservationFacts {
    let id = &record.project.id;
    let key = InstanceKey::main(id.clone());
    let instance = match inner.ports.driver.inspect(&key).await {
        Ok(seen) => seen.into(),
        Err(error) => {
            tracing::warn!(project.id = %id, %error, "observing an instance");
            Observed::Unknown
        }
    };
    let (schema_key, follows) = (record.schema_key(), record.project.schema_ref.is_volume());
    let ((ready, hangs), schema, replace_for_limits) = tokio::join!(
        probe(inner, id, &instance),
        inner.ports.volumes.schema(&key, &schema_key, &record.project.schema_ref),
        replacement_for_limits(inner, record, &instance)
    );
    ObservationFacts {
        ready,
        schema,
        database: database(inner, record).map(|report| report.facts),
        route: inner.observations.route(id),
        reached: inner.observations.facts(id).map(|facts| facts.reached).unwrap_or_default(),
        hangs,
        file: inner.observations.facts(id).and_then(|facts| facts.file).filter(|_| follows),
        replace_for_limits,
        instance,
    }
}

async fn figures(inner: &Inner, record: &ProjectRecord, facts: &ObservationFacts) -> ObservationFigures {
    let key = InstanceKey::main(record.project.id.clone());
    let instance = match facts.instance.present() {
        Some(seen) => inner.ports.driver.figures(&key, seen).await,
        None => InstanceFigures::default(),
    };
    let database = database(inner, record).present().map(|report| report.figures).unwrap_or_default();
    ObservationFigures { instance, database }
}

fn database(inner: &Inner, record: &ProjectRecord) -> Observed<DatabaseReport> {
    inner.observations.database(&record.project.id, &record.project.database_server)
}

/// Repeats the request through the gateway if none is known to have succeeded for the present instance and names: after a
/// start of the control plane, and after a request that failed. While a change is due, the request is a step of its plan.
async fn reach_again(inner: &Inner, record: &ProjectRecord, seen: &mut ObservationFacts) {
    let served = seen.ready.present().is_some() && seen.route.present().is_some();
    let Some(instance) = seen.instance.present().filter(|_| served && !is_due(record)) else { return };
    if seen.reached.present().is_some() {
        return;
    }
    let project = &record.project;
    let request = inner.ports.gateway.reach(&project.id, project.hostname.as_ref(), "/ready", PROBE_TIMEOUT);
    let reached = request.await.is_ok_and(|reached| routes::is_reached(record, reached.status));
    let hosts = project.hosts().cloned().collect();
    seen.reached = reached.then(|| ReachSeen { address: instance.address.clone(), hosts }).into();
}

/// Why the running instance has to be replaced to apply the limits of its project; `None` if it has not, or if the driver
/// does not report its limits.
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
        Ok(LimitChange::Replace { reason }) => Some(reason),
        Ok(LimitChange::None | LimitChange::InPlace) => None,
        Err(error) => {
            tracing::warn!(project.id = %key.project, %error, "asking the driver what a change of limits takes");
            None
        }
    }
}

/// Whether the instance answers, and whether it hangs. `/version` and `/meta/schema` are read once per process.
async fn probe(
    inner: &Inner,
    id: &ProjectId,
    instance: &Observed<InstanceSeen>,
) -> (Observed<ReleaseSeen>, bool) {
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
    let known = inner.observations.facts(id).and_then(|facts| {
        let same = facts.instance.present().is_some_and(|earlier| earlier.started_at == instance.started_at);
        facts.ready.present().filter(|_| same).cloned()
    });
    let ready = match known {
        Some(release) => Observed::Present(release),
        None => inner.prober.describe(&instance.address).await.map_or(Observed::Absent, Observed::Present),
    };
    (ready, false)
}
