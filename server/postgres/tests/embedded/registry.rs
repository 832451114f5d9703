//! The control plane's own database.

use postgres_host::embedded::Cluster;
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::support::{connect, place, places};

async fn word(cluster: &Cluster) -> String {
    let options = cluster.ensure_fleet_database("atomo_fleet").await.unwrap();
    let mut registry = connect(&options).await;
    registry.execute("create table if not exists words (word text)").await.unwrap();
    registry.execute("insert into words values ('kept')").await.unwrap();
    sqlx::query_scalar("select string_agg(word, ' ') from words").fetch_one(&mut registry).await.unwrap()
}

#[tokio::test]
async fn it_is_made_once_and_closed_to_others() {
    for place in places().await {
        let cluster = place.start().await;
        assert_eq!(word(&cluster).await, "kept");
        assert_eq!(word(&place.start().await).await, "kept kept", "also for a second process");

        connect(&cluster.admin()).await.execute("create role nosy login password 'nosy'").await.unwrap();
        let nosy = cluster.admin().username("nosy").password("nosy").database("atomo_fleet");
        let refused = PgConnection::connect_with(&nosy).await.map(drop).unwrap_err().to_string();
        assert!(refused.contains("permission denied for database"), "{refused}");
    }
}

#[tokio::test]
async fn a_lost_password_is_replaced() {
    let place = place().await;
    let cluster = place.start().await;
    assert_eq!(word(&cluster).await, "kept");
    std::fs::remove_file(place.settings.folder.join("atomo_fleet.password")).unwrap();
    assert_eq!(word(&cluster).await, "kept kept");
}
