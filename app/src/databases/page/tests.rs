use model::{DatabaseServerName, DatabaseServerSeen, PartState};
use time::OffsetDateTime;

use super::*;

fn server(budget: Option<Budget>) -> DatabaseServer {
    let seen = budget.map(|budget| DatabaseServerSeen {
        product: "PostgreSQL 15.0".into(),
        role: "fleet".into(),
        superuser: true,
        budget,
        in_use: 0,
        missing_grants: Vec::new(),
        at: OffsetDateTime::UNIX_EPOCH,
    });
    let (name, state) = (DatabaseServerName::default(), PartState::Unknown);
    DatabaseServer { name, region: None, state, seen, wal_archive: None, projects: Vec::new() }
}

#[test]
fn all_servers_are_summed_up_and_unknown_ones_counted_apart() {
    let budget = Budget { max: 100, reserved: 3, own: 18, backup: 4, given: 14 };
    assert_eq!(
        summary(&[server(Some(budget))]),
        "1 Postgres server, 14 of 75 connections for projects are allocated."
    );
    assert_eq!(
        summary(&[server(Some(budget)), server(None)]),
        "2 Postgres servers, 14 of 75 connections for projects are allocated. Budget unknown: 1."
    );
}
