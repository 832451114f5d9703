//! The in-memory source shows every fact of its contract.

use std::sync::Arc;

use async_trait::async_trait;
use model::{CommitSha, RepoUrl};
use secrecy::SecretString;

use super::{Entry, MemorySource, RefName};
use crate::ports::schema_source::{RepoAccess, SchemaSource, SourceError};
use crate::testing::conformance::schema_source::{SourceFixture, run};

struct Memory(MemorySource);

fn access(url: &str) -> RepoAccess {
    RepoAccess { url: url.parse().unwrap(), username: None, credential: None, host_key: None }
}

fn url() -> RepoUrl {
    access("https://git.test/schemas.git").url
}

impl Memory {
    fn new() -> Self {
        let source = MemorySource::new();
        source.add(&url());
        Self(source)
    }
}

#[async_trait]
impl SourceFixture for Memory {
    fn source(&self) -> Arc<dyn SchemaSource> {
        Arc::new(self.0.clone())
    }

    fn repo(&self) -> RepoAccess {
        access(url().as_str())
    }

    fn absent(&self) -> RepoAccess {
        access("https://git.test/absent.git")
    }

    async fn commit(&self, message: &str, tree: &[(&str, Entry)]) -> CommitSha {
        self.0.commit(&url(), message, tree)
    }

    async fn name(&self, name: RefName<'_>, commit: &CommitSha) {
        self.0.name(&url(), name, commit);
    }

    async fn take_away(&self) {
        self.0.take_away(&url());
    }

    async fn give_back(&self) {
        self.0.give_back(&url());
    }
}

#[tokio::test]
async fn the_in_memory_source_conforms() {
    run(async || Memory::new()).await;
}

#[tokio::test]
async fn a_repository_with_a_credential_refuses_others_and_says_what_was_tried() {
    let Memory(source) = Memory::new();
    source.require(&url(), "right");
    let with =
        |token: &str| RepoAccess { credential: Some(SecretString::from(token)), ..access(url().as_str()) };

    let tried = |outcome| match outcome {
        Err(SourceError::Refused { tried, .. }) => tried,
        other => panic!("not refused: {other:?}"),
    };
    assert_eq!(tried(source.test(&access(url().as_str())).await), "without a credential");
    assert_eq!(tried(source.test(&with("wrong")).await), "with a token");
    source.test(&with("right")).await.unwrap();
}
