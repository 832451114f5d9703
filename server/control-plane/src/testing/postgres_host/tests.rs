//! The in-memory database server shows every fact of its contract.

use std::sync::Arc;

use async_trait::async_trait;
use model::DatabaseName;
use secrecy::SecretString;

use super::{MemoryPostgres, MemorySession, Mood};
use crate::ports::Failure as _;
use crate::ports::postgres_host::{DatabaseSpec, PostgresHost, Presence};
use crate::testing::conformance::postgres_host::{PostgresFixture, Session, run};

struct Memory(MemoryPostgres);

#[async_trait]
impl PostgresFixture for Memory {
    fn host(&self) -> Arc<dyn PostgresHost> {
        Arc::new(self.0.clone())
    }

    async fn log_in(&self, url: &SecretString) -> Result<Box<dyn Session>, String> {
        Ok(Box::new(self.0.log_in(url)?))
    }

    async fn stop(&self) {
        self.0.set_mood(Mood::Away);
    }

    async fn start(&self) {
        self.0.set_mood(Mood::Well);
    }
}

#[async_trait]
impl Session for MemorySession {
    async fn write(&mut self, line: &str) -> Result<(), String> {
        MemorySession::write(self, line)
    }

    async fn read(&mut self) -> Result<Vec<String>, String> {
        MemorySession::read(self)
    }
}

#[tokio::test]
async fn the_in_memory_server_conforms() {
    run(async || Memory(MemoryPostgres::new())).await;
}

#[tokio::test]
async fn a_full_server_is_transient_and_a_refusal_is_not() {
    let host = MemoryPostgres::new();
    let spec = DatabaseSpec {
        name: DatabaseName::main("acme-crm".parse().unwrap()),
        password: SecretString::from("planted"),
        connections: 5,
        presence: Presence::MayBeMade,
        oid: None,
    };
    for (mood, transient) in [(Mood::Full, true), (Mood::Refusing, false)] {
        host.set_mood(mood);
        let error = host.ensure_database(&spec).await.unwrap_err();
        assert_eq!(error.is_transient(), transient, "{error}");
        assert!(host.databases().await.unwrap().is_empty(), "nothing was made");
    }
}
