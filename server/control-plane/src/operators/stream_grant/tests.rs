//! When a stream ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use model::{Actor, Grants, Problem};
use tokio_util::sync::CancellationToken;

use super::{Credential, StreamGrant};
use crate::context::Authentication;
use crate::{OpContext, Result};

const OFTEN: Duration = Duration::from_millis(2);
const DEADLINE: Duration = Duration::from_secs(20);

/// What a credential says, whenever it is asked.
#[derive(Clone)]
enum Says {
    Asker(Option<OpContext>),
    Nothing,
}

struct Scripted(Mutex<Says>);

#[async_trait]
impl Credential for Scripted {
    async fn caller(&self) -> Result<Option<OpContext>> {
        match self.0.lock().unwrap().clone() {
            Says::Asker(asker) => Ok(asker),
            Says::Nothing => Err(Problem::unavailable("postgres", "It is away.").into()),
        }
    }
}

fn ines(grants: Grants) -> OpContext {
    let actor = Actor::Operator("ines@example.com".parse().unwrap());
    let authentication = Authentication::session(time::OffsetDateTime::UNIX_EPOCH);
    OpContext::operator(actor, uuid::Uuid::from_u128(7).into(), grants, authentication)
}

fn grant(stop: &CancellationToken) -> (StreamGrant, Arc<Scripted>) {
    let op = ines(Grants::everything());
    let credential = Arc::new(Scripted(Mutex::new(Says::Asker(Some(op.clone())))));
    (StreamGrant::new(op, credential.clone(), stop.clone()), credential)
}

/// Whether it goes on for many looks.
async fn goes_on(grant: &StreamGrant) -> bool {
    tokio::time::timeout(OFTEN * 20, grant.changed(OFTEN)).await.is_err()
}

#[tokio::test]
async fn a_log_out_or_a_revoked_token_ends_what_was_open() {
    let (grant, credential) = grant(&CancellationToken::new());
    assert!(goes_on(&grant).await, "while the credential is valid");

    *credential.0.lock().unwrap() = Says::Asker(None);

    tokio::time::timeout(DEADLINE, grant.changed(OFTEN)).await.expect("an end");
}

#[tokio::test]
async fn other_rights_end_what_was_open_by_the_old_ones() {
    let (grant, credential) = grant(&CancellationToken::new());
    *credential.0.lock().unwrap() = Says::Asker(Some(ines(Grants::default())));
    tokio::time::timeout(DEADLINE, grant.changed(OFTEN)).await.expect("an end");
}

#[tokio::test]
async fn a_registry_that_is_away_ends_nothing() {
    let (grant, credential) = grant(&CancellationToken::new());
    *credential.0.lock().unwrap() = Says::Nothing;
    assert!(goes_on(&grant).await);
}

#[tokio::test]
async fn a_server_that_stops_ends_every_stream() {
    let stop = CancellationToken::new();
    let (grant, _proof) = grant(&stop);
    stop.cancel();
    tokio::time::timeout(DEADLINE, grant.ended()).await.expect("an end");
}
