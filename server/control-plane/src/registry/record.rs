//! A project as the engine knows it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use model::{DatabaseOid, Email, FleetEdge, Health, Hostname, OperationId, Project};
use time::OffsetDateTime;

use super::Revision;
use crate::ports::volumes::SchemaKey;

/// A project's row: the public part, and what only the engine needs.
#[derive(Debug, Clone)]
pub struct ProjectRecord {
    /// The public part. What was seen of it is not in the registry; the engine fills it in.
    pub project: Project,
    /// The first of its two ports.
    pub port_base: u16,
    /// Which of the two the present instance uses: 0 or 1.
    pub slot: u8,
    /// Name and version of every secret that its instance is started with.
    pub secrets: BTreeMap<String, u32>,
    /// Names that are still routed until the new one is reached.
    pub former_hostnames: Vec<Hostname>,
    /// What is said of the edge for the whole fleet.
    pub fleet_edge: FleetEdge,
    /// How many planned restarts there were.
    pub restarts: i64,
    /// The project's first admin.
    pub admin_email: Option<Email>,
    /// When it was asked to be taken down.
    pub delete_requested_at: Option<OffsetDateTime>,
    /// The job that alone may touch instance and database now.
    pub exclusive_job: Option<OperationId>,
    /// Whether that job keeps the instance stopped and the maintenance page in the route.
    pub maintenance: bool,
    /// The number of the revision that the last instance was started from.
    pub wanted_revision: Option<i32>,
    /// The last revision that was proved to run.
    pub running: Option<Revision>,
    /// The generation of the last change of a wanted field; an edit made from an earlier one is refused.
    pub edited_generation: i64,
    /// Whether it took a retained database over, which is never created empty.
    pub database_must_exist: bool,
    /// The identity of its database on its server; `None` while none was seen.
    pub database_oid: Option<DatabaseOid>,
    /// The job that fills its database for the first time; `None`: it is filled, or it was created empty.
    pub fill_job: Option<OperationId>,
    /// The health that was recorded last, with the time at which it began.
    pub last_health: Option<HealthRecord>,
}

/// A health and since when it has been that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HealthRecord {
    /// The word.
    pub health: Health,
    /// When it was first seen after another one.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl ProjectRecord {
    /// Which schema its instance is started on.
    pub fn schema_key(&self) -> SchemaKey {
        SchemaKey::from(self.project.schema_ref.commit())
    }

    /// Where a driver is asked to let its instance listen that is given addresses; where it does is what was observed.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port_base + u16::from(self.slot)))
    }
}
