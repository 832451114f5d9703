//! Databases that are set aside, brought back and dropped.

use control_plane::ports::database_copies::{DatabaseCopies as _, DropPermit};
use control_plane::ports::postgres_host::{PostgresError, PostgresHost as _};
use model::DatabaseOid;
use sqlx::Executor as _;

use super::workshop::{main, named, refusal, workshops};
use crate::support::{Admin, connect};

#[tokio::test]
async fn a_database_is_set_aside_and_brought_back() {
    for admin in [Admin::Superuser, Admin::Delegate] {
        for workshop in workshops(admin).await {
            let mut session = workshop.project().await;
            session.execute("create table t as select 1 as one").await.unwrap();
            for _ in 0..2 {
                let size = workshop.copies.set_aside(workshop.oid, &named("t", 1)).await.unwrap();
                assert!(size.is_some_and(|size| size.bytes() > 1_000_000), "{size:?}");
            }
            assert!(session.execute("select").await.is_err() && connect(&workshop.url).await.is_err());
            assert_eq!(workshop.copies.name_of(workshop.oid).await.unwrap(), Some(named("t", 1).to_string()));
            for _ in 0..2 {
                workshop.copies.bring_back(workshop.oid, &main()).await.unwrap();
            }
            workshop.project().await.execute("select one from t").await.unwrap();
            assert!(workshop.is_right().await);
        }
    }
}

#[tokio::test]
async fn a_name_that_another_database_has_is_not_taken() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.copies.set_aside(workshop.oid, &named("t", 1)).await.unwrap();
        workshop.world.host.ensure_database(&crate::support::spec(super::workshop::PROJECT)).await.unwrap();
        let error = workshop.copies.bring_back(workshop.oid, &main()).await.unwrap_err();
        assert!(matches!(error, PostgresError::Another { .. }), "{error}");
        let other = workshop.oid_of(&main()).await;
        let error = workshop.copies.set_aside(other, &named("t", 1)).await.unwrap_err();
        assert!(matches!(error, PostgresError::Another { .. }), "{error}");
        let told = refusal(workshop.copies.set_aside(other, &named("r", 1)).await);
        assert!(told.contains("set aside"), "{told}");
        let told = refusal(workshop.copies.set_aside(workshop.oid_of_template().await, &named("t", 2)).await);
        assert!(told.contains("template1 is not a database of the project"), "{told}");
        let absent = DatabaseOid::new(4_000_000_000);
        assert_eq!(workshop.copies.set_aside(absent, &named("t", 9)).await.unwrap(), None);
        let error = workshop.copies.bring_back(absent, &crate::support::spec("gone").name).await.unwrap_err();
        assert!(matches!(error, PostgresError::Gone { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_permit_drops_the_database_of_its_name_and_oid_only() {
    for workshop in workshops(Admin::Superuser).await {
        let permit = |number, oid| DropPermit::for_test(named("t", number), oid).unwrap();
        let told = refusal(workshop.copies.drop_database(permit(1, workshop.oid)).await);
        assert!(told.contains("is proj_acme-crm, not"), "{told}");
        workshop.copies.set_aside(workshop.oid, &named("t", 1)).await.unwrap();
        refusal(workshop.copies.drop_database(permit(2, workshop.oid)).await);
        for _ in 0..2 {
            workshop.copies.drop_database(permit(1, workshop.oid)).await.unwrap();
        }
        assert_eq!(workshop.copies.name_of(workshop.oid).await.unwrap(), None);
        assert!(DropPermit::for_test(main(), workshop.oid).is_none());
    }
}
