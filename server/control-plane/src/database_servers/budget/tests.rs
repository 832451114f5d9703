//! What fits, and what is said where something does not.

use super::*;

fn info(max_connections: u32) -> PostgresInfo {
    PostgresInfo {
        name: "PostgreSQL 15.0".into(),
        version: 150_000,
        max_connections,
        reserved: 3,
        acts: 18,
        in_use: 0,
        role: "fleet".into(),
        superuser: false,
        missing_grants: Vec::new(),
    }
}

fn name(text: &str) -> DatabaseServerName {
    text.parse().unwrap()
}

fn given(all: &[(&str, u32)]) -> AllocatedConnections {
    all.iter().map(|(name, given)| ((*name).to_owned(), *given)).collect()
}

#[test]
fn the_registrys_server_carries_the_control_planes_pool() {
    let default = of(&DatabaseServerName::default(), &info(100), &given(&[("default", 7), ("eu", 14)]));
    assert_eq!((default.own, default.given, default.for_projects()), (32, 7, 61));
    let eu = of(&name("eu"), &info(100), &given(&[("default", 7), ("eu", 14)]));
    assert_eq!((eu.own, eu.given, eu.for_projects()), (18, 14, 75));
}

#[test]
fn what_fits_is_admitted() {
    let server = DatabaseServerName::default();
    let budget = of(&server, &info(100), &given(&[("default", 54)]));
    let asked = |size: u32| PoolRequest { server: &server, pool: size.try_into().unwrap(), budget };
    assert!(asked(5).admit(&[]).is_ok());
    let refused = asked(6).admit(&[]).unwrap_err();
    assert_eq!(refused.status, 409);
    let fault = refused.for_field("pool_size").unwrap();
    assert_eq!(
        fault.message,
        "A pool of 6 takes 8 connections of the database server default, which has 7 left for projects: 100 less 3 \
         reserved, 32 for the control plane, 4 for backups and 54 of other projects. A pool of 5 fits."
    );
}

#[test]
fn where_nothing_fits_the_way_out_is_said_and_where_there_is_room() {
    let server = DatabaseServerName::default();
    let given = given(&[("default", 60), ("full", 74), ("us", 5)]);
    let budget = of(&server, &info(100), &given);
    let others: Vec<_> =
        ["default", "full", "us"].map(|it| (name(it), of(&name(it), &info(100), &given))).into();
    let refused =
        PoolRequest { server: &server, pool: PoolSize::default(), budget }.admit(&others).unwrap_err();
    let message = &refused.for_field("pool_size").unwrap().message;
    assert!(message.contains("No pool fits; raise its max_connections"), "{message}");
    assert!(message.ends_with("There is room on us (70 left)."), "{message}");
}
