//! Moves and removals that are refused: nothing changes, and the problem names the secret.

use control_plane::ports::secret_store::{SecretPath, SecretStore as _};
use control_plane::testing::secret_store::MemorySecrets;

use super::{ALL, PLANTED, contents, fleet, references, remove, run};
use crate::support::World;
use crate::support::world::id;

#[tokio::test]
async fn a_target_that_holds_something_else_is_refused_and_left_alone() {
    let world = World::new().await;
    fleet(&world).await;
    let source = world.secrets.clone();
    let path = SecretPath::project(&id("shop"), "API_KEY");
    for other in [vec![PLANTED, "theirs"], vec![&format!("{PLANTED}-1"), &format!("{PLANTED}-2"), "newer"]] {
        let target = MemorySecrets::named("vault");
        for text in &other {
            target.put(&path, (*text).into()).await.unwrap();
        }
        let refused = run(&world, &source, &target).await.unwrap_err().problem();
        assert!(refused.detail.contains("vault:/atomo/shop/API_KEY version"), "it is named: {refused:?}");
        assert!(!format!("{refused:?}").contains("planted"), "without a value");
        let kept = contents(&target).await;
        assert_eq!((kept.len(), kept[0].1.len()), (1, other.len()), "nothing was written");
        assert_eq!(references(&world).await, "memory 4");
    }
}

#[tokio::test]
async fn the_source_is_removed_only_when_it_is_not_needed() {
    let world = World::new().await;
    fleet(&world).await;
    let (source, target) = (world.secrets.clone(), MemorySecrets::named("vault"));
    let refused = remove(&world, &source, &target).await.unwrap_err().problem();
    assert!(refused.detail.contains("4 references still name it"), "{refused:?}");
    run(&world, &source, &target).await.unwrap();
    let path = SecretPath::project(&id("blog"), "jwt_secret");
    target.delete(&path).await.unwrap();
    let refused = remove(&world, &source, &target).await.unwrap_err().problem();
    assert!(refused.detail.contains("/atomo/blog/jwt_secret"), "{refused:?}");
    target.put(&path, "another".into()).await.unwrap();
    let refused = remove(&world, &source, &target).await.unwrap_err().problem();
    assert!(refused.detail.contains("vault:/atomo/blog/jwt_secret version 1"), "{refused:?}");
    assert_eq!(contents(&source).await.len(), ALL.secrets, "nothing is removed");
}

#[tokio::test]
async fn what_cannot_be_moved_is_said_before_anything_is_written() {
    let world = World::new().await;
    fleet(&world).await;
    let (source, target) = (world.secrets.clone(), MemorySecrets::named("vault"));
    target.hold_at_most(10);
    let refused = run(&world, &source, &target).await.unwrap_err().problem();
    assert!(refused.detail.contains("at most 10 bytes"), "{refused:?}");
    assert!(refused.detail.contains("/atomo/"), "which one: {refused:?}");
    let (path, roomy) = (SecretPath::project(&id("shop"), "jwt_secret"), MemorySecrets::named("vault"));
    source.delete(&path).await.unwrap();
    let refused = run(&world, &source, &roomy).await.unwrap_err().problem();
    assert!(refused.detail.contains("memory:/atomo/shop/jwt_secret"), "{refused:?}");
    world.database.sql("update projects set database_url = 'elsewhere:/x'").await.unwrap();
    let refused = run(&world, &source, &roomy).await.unwrap_err().problem();
    assert!(
        refused.detail.contains("elsewhere:/x") && refused.detail.contains("project shop"),
        "{refused:?}"
    );
    assert!(contents(&target).await.is_empty() && contents(&roomy).await.is_empty());
}
