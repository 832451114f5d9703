//! Facts about every database server: whose credential opens what, that nothing kept is ever lost, and what going
//! through the same step twice, or twice at once, comes to.

mod isolation;
mod lifecycle;
mod scratch;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::{DatabaseName, OperationId};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use crate::ports::postgres_host::{DatabaseReport, DatabaseSpec, EnsureOutcome, PostgresHost, Presence};

/// A server under test without projects, and the means to use and disturb it.
#[async_trait]
pub trait PostgresFixture: Send + Sync {
    /// The server.
    fn host(&self) -> Arc<dyn PostgresHost>;

    /// Logs in with an address as an instance gets it; the error is what the server says.
    async fn log_in(&self, url: &SecretString) -> Result<Box<dyn Session>, String>;

    /// Takes the server away.
    async fn stop(&self);

    /// Brings it back with everything it had.
    async fn start(&self);
}

/// A session of a project's role. Dropping it ends it.
#[async_trait]
pub trait Session: Send {
    /// Keeps a line in the database.
    async fn write(&mut self, line: &str) -> Result<(), String>;

    /// Every line, oldest first.
    async fn read(&mut self) -> Result<Vec<String>, String>;
}

/// Checks every fact, each on a server of its own.
pub async fn run<F: PostgresFixture>(fresh: impl AsyncFn() -> F) {
    lifecycle::a_working_server_says_what_it_is(&fresh().await).await;
    lifecycle::absent_is_not_an_error(&fresh().await).await;
    lifecycle::ensure_makes_once_and_finds_after(&fresh().await).await;
    lifecycle::what_must_exist_is_found_or_missed_but_never_made(&fresh().await).await;
    lifecycle::retain_keeps_the_data_and_ends_the_use(&fresh().await).await;
    lifecycle::a_database_keeps_its_identity(&fresh().await).await;
    lifecycle::another_database_under_the_name_is_refused_and_left_alone(&fresh().await).await;
    lifecycle::ensure_names_what_it_mends(&fresh().await).await;
    lifecycle::the_list_has_sizes_and_connections(&fresh().await).await;
    lifecycle::ensures_at_once_make_one(&fresh().await).await;
    lifecycle::projects_at_once_get_their_own(&fresh().await).await;
    lifecycle::a_server_that_is_away_says_so_and_loses_nothing(&fresh().await).await;
    scratch::a_scratch_database_lives_beside_the_main_one(&fresh().await).await;
    scratch::neither_credential_opens_the_other(&fresh().await).await;
    isolation::a_credential_opens_its_own_database_only(&fresh().await).await;
    isolation::a_changed_password_replaces_the_old_one(&fresh().await).await;
    isolation::the_connection_limit_holds_and_changes(&fresh().await).await;
    isolation::any_password_survives_the_address(&fresh().await).await;
}

/// The main database of a project.
fn main(id: &str) -> DatabaseName {
    DatabaseName::main(id.parse().unwrap())
}

/// A scratch database of the same project.
fn scratch(id: &str) -> DatabaseName {
    DatabaseName::scratch(id.parse().unwrap(), OperationId::from(uuid::Uuid::now_v7()))
}

fn spec(id: &str, password: &str) -> DatabaseSpec {
    DatabaseSpec {
        name: main(id),
        password: SecretString::from(password),
        connections: 5,
        presence: Presence::MayBeMade,
        oid: None,
    }
}

/// The address of a project with a password, right or wrong.
fn url(fixture: &impl PostgresFixture, id: &str, password: &str) -> SecretString {
    fixture.host().url(&main(id), &SecretString::from(password))
}

async fn ensured(fixture: &impl PostgresFixture, spec: &DatabaseSpec) -> EnsureOutcome {
    let outcome = fixture.host().ensure_database(spec).await;
    outcome.unwrap_or_else(|error| panic!("{} was not made: {error}", spec.name))
}

async fn logged_in(fixture: &impl PostgresFixture, id: &str, password: &str) -> Box<dyn Session> {
    match fixture.log_in(&url(fixture, id, password)).await {
        Ok(session) => session,
        Err(reason) => panic!("{id} cannot log in with its own password: {reason}"),
    }
}

async fn refused(fixture: &impl PostgresFixture, url: &SecretString) -> String {
    match fixture.log_in(url).await {
        Ok(_) => panic!("{} opened what it must not", url.expose_secret()),
        Err(reason) => reason,
    }
}

/// The ids of all projects whose main database is listed.
async fn listed(fixture: &impl PostgresFixture) -> Vec<String> {
    let databases = fixture.host().databases().await.unwrap();
    databases.into_keys().filter(DatabaseName::is_main).map(|name| name.project.to_string()).collect()
}

/// What the list says of a project, when it says what is wished; a session that ended is counted for a moment more.
async fn seen_when(
    fixture: &impl PostgresFixture,
    id: &str,
    wished: impl Fn(&DatabaseReport) -> bool,
) -> DatabaseReport {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let seen = fixture.host().databases().await.unwrap().remove(&main(id));
        match seen {
            Some(seen) if wished(&seen) => return seen,
            seen if Instant::now() > deadline => panic!("the list still says {seen:?} of {id}"),
            _ => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
