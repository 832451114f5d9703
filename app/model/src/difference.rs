//! In what a project differs from its goal: one pure function, from which the plan takes its steps and their reasons,
//! [`crate::Sync`] its drifts, and the page its table.
//!
//! A level that could not be observed is no difference, unless a change is due: what is unknown is only acted upon when
//! an operator asked for something.

mod compare;
mod kinds;

pub use compare::{Drift, Level, LevelComparison, Sync, compare};
pub use kinds::{Difference, InstanceDifference, Severity};

use std::collections::BTreeSet;

use crate::goal::Goal;
use crate::state::{DatabaseSeen, RouteSeen};
use crate::{DatabaseOid, Hostname, InstanceSeen, ObservationFacts, Observed, Project};

/// What a project is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Desired<'a> {
    /// What it is brought to.
    pub goal: Goal,
    /// Its row.
    pub project: &'a Project,
    /// Whether something was asked for that was not reached yet.
    pub due: bool,
    /// The digest of what its instance is to be made of; `None` while a secret has no version yet.
    pub digest: Option<&'a str>,
    /// Where its instance is to listen; `None` where the driver assigns the address.
    pub address: Option<&'a str>,
    /// The identity of its database; `None` while no database was recorded.
    pub database_oid: Option<DatabaseOid>,
    /// Names that are still routed until the new one is verified.
    pub former_hostnames: &'a [Hostname],
}

/// The differences, in the order in which they are closed. Empty exactly when there is nothing to do.
pub fn differences(desired: &Desired<'_>, seen: &ObservationFacts) -> Vec<Difference> {
    match desired.goal {
        Goal::Run => towards_running(desired, seen),
        Goal::Stop | Goal::Maintain(_) => towards_stopped(desired, seen),
        Goal::Hold(_) => Vec::new(),
        Goal::Remove => vec![Difference::Exists],
    }
}

fn towards_running(desired: &Desired<'_>, seen: &ObservationFacts) -> Vec<Difference> {
    let mut found = Vec::new();
    found.extend(desired.digest.is_none().then_some(Difference::Secrets));
    found.extend(database(desired, seen));
    found.extend(schema_file(desired, seen));
    let instance = instance(desired, seen);
    let fits = instance.is_none();
    found.extend(instance.map(Difference::Instance));
    if fits {
        found.extend(limits(desired, seen));
        found.extend(matches!(seen.ready, Observed::Absent).then_some(Difference::NotReady));
    }
    let route = route(desired, seen);
    let routed = route.is_none();
    found.extend(route);
    if fits && routed && seen.instance.present().is_some() && seen.ready.present().is_some() {
        found.extend(unverified(desired, seen));
    }
    if !desired.former_hostnames.is_empty() {
        found.push(Difference::FormerHostnames { names: desired.former_hostnames.to_vec() });
    }
    found
}

fn towards_stopped(desired: &Desired<'_>, seen: &ObservationFacts) -> Vec<Difference> {
    let mut found = Vec::new();
    if desired.project.upstream.is_some() {
        found.extend(route(desired, seen));
    }
    let running = seen.instance.present().is_some_and(InstanceSeen::is_running);
    if running || (seen.instance.is_unknown() && desired.due) {
        found.push(Difference::StillRuns);
    }
    found
}

/// Why the instance has to be started or replaced; `None` when it fits, and when nothing is known and nothing is due.
fn instance(desired: &Desired<'_>, seen: &ObservationFacts) -> Option<InstanceDifference> {
    match &seen.instance {
        Observed::Absent => Some(InstanceDifference::Absent),
        Observed::Unknown => desired.due.then_some(InstanceDifference::Unknown),
        Observed::Present(instance) => match &instance.exit {
            Some(exit) => Some(InstanceDifference::Ended(exit.clone())),
            None => running_instance(desired, seen, instance),
        },
    }
}

fn running_instance(
    desired: &Desired<'_>,
    seen: &ObservationFacts,
    instance: &InstanceSeen,
) -> Option<InstanceDifference> {
    if desired.digest != Some(instance.digest.as_str()) {
        return Some(InstanceDifference::Configuration);
    }
    if let Some(address) = desired.address.filter(|address| *address != instance.address) {
        let (desired, observed) = (address.to_owned(), instance.address.clone());
        return Some(InstanceDifference::Address { desired, observed });
    }
    if seen.hangs {
        return Some(InstanceDifference::Hangs);
    }
    let held = instance.limits.is_none_or(|held| held == desired.project.limits.instance);
    let reason = seen.replace_for_limits.clone().filter(|_| !held)?;
    Some(InstanceDifference::Limits { reason })
}

/// A database that was not observed (Postgres is away) is no difference: an instance that has to be started says so.
fn database(desired: &Desired<'_>, seen: &ObservationFacts) -> Option<Difference> {
    let database = desired.project.id.database();
    match &seen.database {
        Observed::Absent => Some(Difference::DatabaseAbsent { database }),
        Observed::Unknown => None,
        Observed::Present(DatabaseSeen { oid, limit, .. }) => {
            if let (Some(recorded), Some(observed)) = (desired.database_oid, *oid)
                && recorded != observed
            {
                return Some(Difference::AnotherDatabase { database, recorded, observed });
            }
            let desired = desired.project.pool_size.connections();
            let observed = limit.filter(|limit| *limit != desired)?;
            Some(Difference::ConnectionLimit { desired, observed })
        }
    }
}

fn schema_file(desired: &Desired<'_>, seen: &ObservationFacts) -> Option<Difference> {
    let commit = desired.project.schema_ref.commit();
    let observed = match &seen.schema {
        Observed::Present(present) if present == commit => return None,
        Observed::Unknown if !desired.due => return None,
        Observed::Present(present) => Some(present.clone()),
        Observed::Absent | Observed::Unknown => None,
    };
    Some(Difference::SchemaFile { desired: commit.clone(), observed })
}

fn limits(desired: &Desired<'_>, seen: &ObservationFacts) -> Option<Difference> {
    let held = seen.instance.present().filter(|instance| instance.is_running())?.limits?;
    let wanted = desired.project.limits.instance;
    (held != wanted).then_some(Difference::Limits { desired: wanted, observed: held })
}

fn route(desired: &Desired<'_>, seen: &ObservationFacts) -> Option<Difference> {
    let project = desired.project;
    let maintained = desired.goal.is_maintained();
    let address = desired.address.or_else(|| {
        let running = seen.instance.present().filter(|instance| instance.is_running())?;
        Some(running.address.as_str())
    });
    let elsewhere =
        !maintained && address.is_some_and(|address| project.upstream.as_deref() != Some(address));
    let hosts: BTreeSet<&Hostname> = project.hosts().chain(desired.former_hostnames).collect();
    let upstream = project.upstream.as_deref().filter(|_| !maintained);
    let differs = match &seen.route {
        Observed::Unknown => desired.due,
        Observed::Absent => true,
        Observed::Present(RouteSeen { hosts: routed, upstream: target, edge }) => {
            routed.iter().collect::<BTreeSet<_>>() != hosts
                || target.as_deref() != upstream
                || edge.as_ref() != Some(&project.edge)
        }
    };
    (elsewhere || differs).then(|| Difference::Route { observed: seen.route.present().cloned() })
}

/// Whether a request through the gateway has to prove what is served now. One that succeeded for this address and these
/// names counts until one of them changes.
fn unverified(desired: &Desired<'_>, seen: &ObservationFacts) -> Option<Difference> {
    let proved = match &seen.reached {
        Observed::Unknown => !desired.due,
        Observed::Absent => false,
        Observed::Present(reached) => {
            let address = seen.instance.present().map(|instance| &instance.address);
            Some(&reached.address) == address && reached.hosts.iter().eq(desired.project.hosts())
        }
    };
    (!proved).then_some(Difference::Unverified)
}

#[cfg(test)]
mod tests;
