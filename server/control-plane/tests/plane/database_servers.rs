//! More than one database server: each project's database is on the one that it names, and on no other.

use control_plane::ports::postgres_host::PostgresHost as _;
use control_plane::testing::postgres_host::Mood;
use model::fleet::{PartKind, PartState};
use model::{
    DatabaseName, DatabaseServer, MissingGrant, OperationStatus, PoolSize, ProblemKind, ProjectDraft, Weight,
};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

fn on(world: &World, id: &str, server: &str) -> ProjectDraft {
    ProjectDraft { database_server: server.into(), ..world.draft(id) }
}

async fn seen(plane: &Running, name: &str) -> DatabaseServer {
    let servers = plane.database_servers().list(&ines()).await.unwrap();
    servers.into_iter().find(|server| server.name.as_str() == name).unwrap()
}

#[tokio::test]
async fn a_projects_database_is_made_on_the_server_that_it_names() {
    let mut world = World::new().await;
    let eu = world.add_server("eu");
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.create(on(&world, "crm", "eu")).await;
    let here: Vec<_> = world.postgres.databases().await.unwrap().into_keys().collect();
    let there: Vec<_> = eu.databases().await.unwrap().into_keys().collect();
    let main = |name: &str| vec![DatabaseName::main(id(name))];
    assert_eq!((here, there), (main("shop"), main("crm")));
    assert_eq!(plane.project("crm").await.database_server, "eu");
    assert!(world.driver.env(&id("crm")).await["DATABASE_URL"].contains("@eu:5432/"), "its instance is told");
    assert_eq!(world.browse("crm.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_server_that_nobody_knows_is_refused_with_those_that_there_are() {
    let mut world = World::new().await;
    world.add_server("eu");
    let plane = world.start().await;
    let create = plane.projects().create(&ines(), on(&world, "crm", "us"), None).await;
    let problem = create.unwrap_err().problem();
    assert_eq!((problem.kind, problem.status), (ProblemKind::Invalid, 422));
    let message = &problem.for_field("database_server").unwrap().message;
    assert!(message.contains("\"us\"") && message.contains("default, eu"), "{message}");
}

#[tokio::test]
async fn each_server_has_a_budget_of_its_own_and_the_one_with_room_is_named() {
    let mut world = World::new().await;
    let eu = world.add_server("eu");
    world.postgres.set_max_connections(3 + 32 + 4 + 7);
    eu.set_max_connections(3 + 18 + 4 + 9);
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    eventually("both have answered", async || seen(&plane, "eu").await.seen.map(|_| ())).await;
    let create = plane.projects().create(&ines(), world.draft("crm"), None).await;
    let problem = create.unwrap_err().problem();
    let message = &problem.for_field("pool_size").unwrap().message;
    assert!(message.ends_with("There is room on eu (9 left)."), "{message}");
    plane.create(on(&world, "crm", "eu")).await;
    let (default, eu) = (seen(&plane, "default").await, seen(&plane, "eu").await);
    let budgets = [default.seen.unwrap().budget, eu.seen.as_ref().unwrap().budget];
    assert_eq!(budgets.map(|budget| (budget.own, budget.given, budget.free())), [(32, 7, 0), (18, 7, 2)]);
    let share = &eu.projects[0];
    assert_eq!((share.project_id.as_str(), share.pool_size, share.limit), ("crm", PoolSize::default(), 7));
    assert_eq!(eu.region.as_deref(), Some("far away"));
}

#[tokio::test]
async fn each_server_is_a_part_of_its_own() {
    let mut world = World::new().await;
    let eu = world.add_server("eu");
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.create(on(&world, "crm", "eu")).await;
    eu.set_mood(Mood::Away);
    let away = eventually("eu is shown as away", async || {
        let parts = plane.fleet().get(&ines()).await.unwrap().parts;
        parts.into_iter().find(|part| matches!(part.state, PartState::Away { .. }))
    });
    let away = away.await;
    assert_eq!((away.kind, away.label().as_str()), (PartKind::Postgres, "postgres eu"));
    assert!(matches!(seen(&plane, "eu").await.state, PartState::Away { .. }));
    assert_eq!(seen(&plane, "default").await.state, PartState::Up);
    assert!(seen(&plane, "eu").await.seen.is_some(), "what it said before stays to be seen");
    plane
        .becomes("crm", "has a database that nobody knows", |it| it.observed.facts.database.is_unknown())
        .await;
    assert!(plane.project("shop").await.observed.facts.database.present().is_some());
    plane.create(world.draft("blog")).await; // the other one goes on
}

#[tokio::test]
async fn a_kept_database_is_taken_over_where_it_is() {
    let mut world = World::new().await;
    let eu = world.add_server("eu");
    let plane = world.start().await;
    plane.create(on(&world, "crm", "eu")).await;
    let delete = plane.projects().delete(&ines(), &id("crm")).await.unwrap();
    plane.succeeds(&delete).await;
    assert_eq!(plane.retained_databases().list(&ines()).await.unwrap()[0].database_server, "eu");

    let elsewhere = ProjectDraft { reuse_database: true, ..on(&world, "crm", "default") };
    let problem = plane.projects().create(&ines(), elsewhere, None).await.unwrap_err().problem();
    assert!(
        problem.for_field("database_server").unwrap().message.contains("on the server eu"),
        "{problem:?}"
    );
    plane.create(ProjectDraft { reuse_database: true, ..world.draft("crm") }).await;
    assert_eq!(plane.project("crm").await.database_server, "eu");
    assert_eq!(world.driver.rows(&id("crm")).await, 2, "with everything in it");
    assert!(world.postgres.databases().await.unwrap().is_empty() && eu.databases().await.unwrap().len() == 1);
}

#[tokio::test]
async fn a_project_whose_server_is_not_configured_says_so_and_is_made_nowhere_else() {
    let mut world = World::new().await;
    let eu = world.add_server("eu");
    let plane = world.start().await;
    plane.create(on(&world, "crm", "eu")).await;
    plane.stop().await;

    let servers = std::mem::take(&mut world.further);
    let plane = world.start().await;
    let told = plane.becomes("crm", "says what is in the way", |project| project.problem.is_some()).await;
    let problem = told.problem.unwrap();
    assert_eq!(problem.title, "Its database server is not configured");
    assert!(problem.detail.contains("\"eu\""), "{problem:?}");
    assert_eq!(world.browse("crm.example.test").await, Ok(200), "what runs goes on");

    let restart = plane.projects().restart(&ines(), &id("crm")).await.unwrap();
    let waiting = eventually("the operation waits and says for what", async || {
        let operation = plane.operations().get(&ines(), restart.id).await.unwrap();
        operation.problem.is_some().then_some(operation)
    });
    assert_eq!(waiting.await.status, OperationStatus::Waiting);
    assert_eq!(
        world.browse("crm.example.test").await,
        Ok(200),
        "nothing was stopped for what cannot be started"
    );
    assert!(world.postgres.databases().await.unwrap().is_empty(), "nothing was made elsewhere");
    plane.stop().await;

    world.further = servers;
    let plane = world.start().await;
    plane.succeeds(&restart).await;
    assert_eq!(plane.project("crm").await.problem, None);
    assert_eq!(eu.databases().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_project_whose_server_is_not_configured_can_be_stopped() {
    let mut world = World::new().await;
    world.add_server("eu");
    let plane = world.start().await;
    plane.create(on(&world, "crm", "eu")).await;
    plane.stop().await;
    world.further.clear();
    let plane = world.start().await;
    let stop = plane.projects().stop(&ines(), &id("crm")).await.unwrap();
    plane.succeeds(&stop).await;
    assert!(world.driver.listening().await.is_empty());
}

#[tokio::test]
async fn what_our_role_may_not_do_is_told_with_the_server_and_with_the_part() {
    let world = World::new().await;
    let grant =
        |weight, text: &str| MissingGrant { weight, text: text.into(), sql: Some("alter role x;".into()) };
    world.postgres.set_missing_grants(vec![
        grant(Weight::Missing, "The role has no CREATEDB."),
        grant(Weight::Asked, "Every role may connect to postgres."),
    ]);
    let plane = world.start().await;
    let server = eventually("it was asked", async || {
        let server = seen(&plane, "default").await;
        (server.state == PartState::Up).then_some(server)
    });
    let said = server.await.seen.unwrap();
    assert_eq!((said.missing_grants.len(), said.superuser, said.role.as_str()), (2, false, "fleet"));
    let parts = plane.fleet().get(&ines()).await.unwrap().parts;
    let part = parts.iter().find(|part| part.kind == PartKind::Postgres).unwrap();
    assert_eq!(part.missing, ["The role has no CREATEDB."], "what is only asked is no lack");
}
