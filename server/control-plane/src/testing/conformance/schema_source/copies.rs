//! What the copy of a repository is good for, and when it is gone.

use super::{SourceFixture, path, schema};
use crate::ports::Failure as _;
use crate::ports::schema_source::SourceError;

pub async fn a_commit_that_was_seen_needs_no_network(fixture: &impl SourceFixture) {
    let seen = fixture.commit("seen", &[schema("seen")]).await;
    let source = fixture.source();
    source.read(&fixture.repo(), &path("schema.ts"), &seen).await.unwrap();
    let unseen = fixture.commit("unseen", &[schema("unseen")]).await;

    fixture.take_away().await;
    let file = source.read(&fixture.repo(), &path("schema.ts"), &seen).await.unwrap();
    assert_eq!(file.text, "seen", "read from the cache");
    let Err(error) = source.read(&fixture.repo(), &path("schema.ts"), &unseen).await else {
        panic!("a commit that was never fetched was read while the repository was away");
    };
    assert!(matches!(error, SourceError::Unreachable { .. }), "it is the repository that is away: {error:?}");
    assert!(error.is_transient(), "and it may come back");

    fixture.give_back().await;
    let file = source.read(&fixture.repo(), &path("schema.ts"), &unseen).await.unwrap();
    assert_eq!(file.text, "unseen", "the work goes on when it is back");
}

pub async fn a_forgotten_copy_is_made_anew(fixture: &impl SourceFixture) {
    let (source, repo) = (fixture.source(), fixture.repo());
    let commit = fixture.commit("one", &[schema("one")]).await;
    source.read(&repo, &path("schema.ts"), &commit).await.unwrap();
    for _ in 0..2 {
        source.forget(&repo.url).await.unwrap();
    }
    fixture.take_away().await;
    let error = source.read(&repo, &path("schema.ts"), &commit).await.unwrap_err();
    assert!(matches!(error, SourceError::Unreachable { .. }), "the copy is gone: {error:?}");
    fixture.give_back().await;
    assert_eq!(source.read(&repo, &path("schema.ts"), &commit).await.unwrap().text, "one");
}
