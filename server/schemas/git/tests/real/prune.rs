//! Copies that nothing names any more.

use std::time::Duration;

use control_plane::ports::schema_source::SchemaSource as _;

use crate::repository::{Place, one_file};

const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

#[tokio::test]
async fn a_copy_goes_when_nothing_has_named_its_repository_for_long_enough() {
    let place = Place::new();
    let (source, repo) = (place.source(), place.access());
    place.commit("First", &one_file("model Shop {}"));
    let path = "schema.ts".parse().unwrap();
    source.commits(&repo, &path, 1).await.unwrap();

    assert_eq!(source.prune(&[], MONTH).await.unwrap(), 0, "it is named no more from now on");
    assert_eq!(
        source.prune(std::slice::from_ref(&repo.url), Duration::ZERO).await.unwrap(),
        0,
        "it is named"
    );
    assert_eq!(source.prune(&[], Duration::ZERO).await.unwrap(), 1);
    assert_eq!(source.prune(&[], Duration::ZERO).await.unwrap(), 0);
    assert_eq!(source.commits(&repo, &path, 1).await.unwrap().len(), 1, "the next fetch makes it anew");
}
