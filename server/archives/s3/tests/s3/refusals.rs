//! A service that denies, has no bucket, is full, or is not there.

use std::time::Duration;

use archives_s3::{Patience, S3Archives};
use control_plane::ports::Failure as _;
use control_plane::ports::archive_store::{ArchiveError, ArchiveStore};
use control_plane::testing::conformance::archive_store::{archive, complete, large, text, write};
use fault_proxy::Fault;
use tokio::net::TcpListener;

use crate::support::{Bench, config, error, without_credentials};

/// A test that waits longer than this waits for ever.
const PATIENCE: Duration = Duration::from_secs(60);

fn denied() -> Fault {
    error(
        403,
        "AccessDenied",
        "User: arn:aws:iam::111122223333:user/fleet is not authorized to perform: s3:PutObject",
    )
}

/// The error of a call that has to fail, which holds no credential.
fn failed<T>(outcome: Result<T, ArchiveError>) -> ArchiveError {
    let Err(error) = outcome else { panic!("it has to fail") };
    let all = format!("{error} {error:?} {:?}", error.problem());
    assert!(!all.contains("planted") && !all.contains("AKIATEST"), "{all}");
    error
}

#[tokio::test]
async fn a_denial_is_not_repeated_and_says_what_s3_said() {
    let bench = Bench::moto().await;
    let store = bench.store();
    for action in ["PutObject", "ListObjectsV2"] {
        bench.proxy.fail(action, 1, &denied());
        let error = failed(complete(&store, &archive("shop", 1)).await);
        assert!(matches!(error, ArchiveError::Denied { .. }) && !error.is_transient(), "{action}: {error:?}");
        let detail = error.problem().detail;
        assert!(detail.contains("s3:PutObject") && detail.contains(&bench.location.to_string()), "{detail}");
    }
    assert_eq!(bench.proxy.calls("PutObject").len(), 1);
    assert_eq!(store.list().await.unwrap(), []);
}

#[tokio::test]
async fn a_piece_that_is_denied_ends_the_upload() {
    let bench = Bench::moto().await;
    let store = bench.store();
    bench.proxy.fail("UploadPart", 1, &denied());
    let mut writer = store.create(&archive("shop", 1)).await.unwrap();
    let error = failed(write(&mut *writer, "database.dump", &[large()]).await);
    assert!(matches!(error, ArchiveError::Denied { .. }), "{error:?}");
    assert!(writer.complete(text("sums")).await.is_err());
    bench.until_no_upload_is_left().await;
    assert_eq!(store.list().await.unwrap(), []);
}

#[tokio::test]
async fn a_credential_or_region_that_is_not_accepted_is_denied() {
    let bench = Bench::moto().await;
    for (status, code) in [
        (403, "InvalidAccessKeyId"),
        (403, "SignatureDoesNotMatch"),
        (400, "ExpiredToken"),
        (301, "PermanentRedirect"),
        (401, "Unauthorized"),
    ] {
        bench.proxy.fail("PutObject", 1, &error(status, code, "This is not accepted."));
        let error = failed(bench.store().probe().await);
        assert!(matches!(&error, ArchiveError::Denied { reason, .. } if reason.contains(code)), "{error:?}");
    }
    let store =
        S3Archives::over(bench.location.clone(), Patience::default(), without_credentials(bench.proxy.url()));
    let error = failed(store.list().await);
    assert!(
        matches!(&error, ArchiveError::Denied { reason, .. } if reason.contains("AWS_ACCESS_KEY_ID")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_denied_by_a_service_that_checks_signatures() {
    let bench = Bench::s3s().await;
    let other = aws_credential_types::Credentials::new("AKIATEST", "planted-wrong", None, None, "test");
    let provider = aws_credential_types::provider::SharedCredentialsProvider::new(other);
    let config = config(bench.proxy.url()).into_builder().credentials_provider(provider).build();
    let store = S3Archives::over(bench.location.clone(), Patience::default(), config);
    for error in [failed(store.probe().await), failed(complete(&store, &archive("shop", 1)).await)] {
        assert!(matches!(error, ArchiveError::Denied { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_bucket_that_does_not_exist_is_said_so() {
    let bench = Bench::moto().await;
    let location = "s3://no-such-bucket-of-the-tests".parse().unwrap();
    let store = S3Archives::over(location, Patience::default(), config(bench.proxy.url()));
    let shop = archive("shop", 1);
    let errors = [
        failed(store.probe().await),
        failed(store.list().await),
        failed(store.parts(&shop).await),
        failed(store.create(&shop).await.map(|_| ())),
        failed(store.remove(&shop).await),
    ];
    for error in errors {
        let text = error.problem().detail;
        assert!(matches!(error, ArchiveError::Denied { .. }) && text.contains("does not exist"), "{error:?}");
        assert!(
            text.contains("no-such-bucket-of-the-tests") && text.contains("ATOMO_FLEET_BACKUPS"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_full_service_is_full_where_it_says_so() {
    let bench = Bench::moto().await;
    let full =
        error(507, "XMinioStorageFull", "Storage backend has reached its minimum free drive threshold.");
    bench.proxy.fail("PutObject", 1, &full);
    let error = failed(complete(&bench.store(), &archive("shop", 1)).await);
    assert!(matches!(error, ArchiveError::Full { .. }) && error.is_transient(), "{error:?}");
    assert_eq!(bench.proxy.calls("PutObject").len(), 1, "not repeated within the call");
}

#[tokio::test]
async fn nobody_listening_is_away_and_the_probe_says_so_soon() {
    let bench = Bench::moto().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let store = S3Archives::over(bench.location.clone(), Patience::default(), config(&nobody));
    let probed = tokio::time::timeout(PATIENCE, store.probe()).await.unwrap();
    let error = failed(probed.map(|_| ()));
    assert!(matches!(&error, ArchiveError::Away { reason, .. } if reason.contains("refused")), "{error:?}");
    assert_eq!(bench.store().probe().await.unwrap().place, bench.location.to_string());
}
