//! Connections that are lost, slow or silent while an archive is written.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::time::{Duration, Instant};

use archives_s3::Patience;
use control_plane::ports::Failure as _;
use control_plane::ports::archive_store::{ArchiveError, ArchiveName, ArchiveStore, SEAL};
use control_plane::testing::conformance::archive_store::{
    ArchiveFixture as _, archive, collect, large, part, text, write,
};
use fault_proxy::Fault;

use crate::support::{Bench, slow_down};

const MIB: usize = 1024 * 1024;

/// Writes an archive with a part of 40 MiB.
async fn write_large(store: &impl ArchiveStore, archive: &ArchiveName) -> Result<(), ArchiveError> {
    let mut writer = store.create(archive).await?;
    write(&mut *writer, "database.dump", &[large()]).await?;
    writer.complete(text("sums")).await
}

async fn is_whole(store: &impl ArchiveStore, archive: &ArchiveName) -> bool {
    let read = store.read(archive, &part("database.dump"), 0).await.unwrap();
    collect(read).await.unwrap() == large()
}

#[tokio::test]
async fn a_connection_that_is_cut_in_a_piece_is_begun_again() {
    let bench = Bench::moto().await;
    let store = bench.store();
    bench.proxy.fail("UploadPart", 2, &Fault::CutRequest(5 * MIB));
    bench.proxy.fail("UploadPart", 1, &Fault::CutAfterwards);
    bench.proxy.fail("PutObject", 1, &Fault::CutRequest(2));
    write_large(&store, &archive("shop", 1)).await.unwrap();
    assert!(is_whole(&store, &archive("shop", 1)).await);
    assert_eq!(bench.proxy.calls("UploadPart").len(), 6, "three pieces, each of them twice");
    assert!(!bench.uploads().await.contains("<UploadId>"));
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_failure() {
    let bench = Bench::moto().await;
    let store = bench.store();
    for action in ["CreateMultipartUpload", "CompleteMultipartUpload", "PutObject", "ListObjectsV2"] {
        bench.proxy.fail(action, 1, &Fault::CutAfterwards);
    }
    write_large(&store, &archive("shop", 1)).await.unwrap();
    assert!(is_whole(&store, &archive("shop", 1)).await);
    bench.proxy.fail("DeleteObject", 2, &Fault::CutAfterwards);
    store.remove(&archive("shop", 1)).await.unwrap();
    assert_eq!(bench.files().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_throttle_is_waited_out() {
    let bench = Bench::moto().await;
    let store = bench.store();
    for action in
        ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "PutObject", "ListObjectsV2"]
    {
        bench.proxy.fail(action, 2, &slow_down());
    }
    write_large(&store, &archive("shop", 1)).await.unwrap();
    bench.proxy.fail("GetObject", 2, &Fault::Answer(429, String::new()));
    assert!(is_whole(&store, &archive("shop", 1)).await);
    bench.proxy.fail("DeleteObject", 2, &Fault::Answer(502, "<html>Bad gateway</html>".into()));
    store.remove(&archive("shop", 1)).await.unwrap();
    assert_eq!(store.list().await.unwrap(), []);
}

#[tokio::test]
async fn a_connection_that_is_cut_for_good_leaves_nothing_visible_and_no_upload() {
    let bench = Bench::moto().await;
    for fault in [Fault::CutRequest(3 * MIB), Fault::Cut, slow_down()] {
        bench.proxy.fail("UploadPart", 1000, &fault);
        let error = write_large(&bench.impatient_store(), &archive("shop", 1)).await.unwrap_err();
        assert!(matches!(error, ArchiveError::Away { .. }) && error.is_transient(), "{fault:?}: {error:?}");
        assert!(error.to_string().contains(&bench.location.to_string()), "{error}");
        bench.until_no_upload_is_left().await;
        bench.proxy.heal();
        let store = bench.store();
        assert_eq!((store.list().await.unwrap(), bench.files().await), (vec![], vec![]));
    }
    write_large(&bench.store(), &archive("shop", 1)).await.unwrap();
}

#[tokio::test]
async fn a_seal_that_is_not_accepted_leaves_nothing_visible() {
    let bench = Bench::moto().await;
    let store = bench.impatient_store();
    let mut writer = store.create(&archive("shop", 1)).await.unwrap();
    write(&mut *writer, "database.dump", &[text("content")]).await.unwrap();
    bench.proxy.fail("PutObject", 1000, &Fault::Cut);
    assert!(matches!(writer.complete(text("sums")).await, Err(ArchiveError::Away { .. })));
    bench.proxy.heal();
    assert_eq!(
        (store.list().await.unwrap(), store.parts(&archive("shop", 1)).await.unwrap()),
        (vec![], None)
    );
    assert!(matches!(
        store.read(&archive("shop", 1), &part(SEAL), 0).await,
        Err(ArchiveError::Absent { .. })
    ));
}

#[tokio::test]
async fn an_archive_with_a_failed_part_cannot_be_completed() {
    let bench = Bench::moto().await;
    let store = bench.impatient_store();
    let mut writer = store.create(&archive("shop", 1)).await.unwrap();
    bench.proxy.fail("PutObject", 3, &Fault::Cut);
    assert!(write(&mut *writer, "database.dump", &[text("content")]).await.is_err());
    bench.proxy.heal();
    assert!(writer.complete(text("sums")).await.is_err(), "its caller overlooked the error");
    assert_eq!(store.list().await.unwrap(), []);
}

#[tokio::test]
async fn a_service_that_is_silent_is_away_within_the_limit() {
    let bench = Bench::moto().await;
    bench.proxy.fail("UploadPart", 1000, &Fault::Hang);
    let begun = Instant::now();
    let error = write_large(&bench.impatient_store(), &archive("shop", 1)).await.unwrap_err();
    assert!(
        matches!(&error, ArchiveError::Away { reason, .. } if reason.contains("no byte within 2 s")),
        "{error:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(60), "it does not hang with the service");
    bench.proxy.heal();
    bench.until_no_upload_is_left().await;
}

#[tokio::test]
async fn a_slow_connection_is_no_silent_one() {
    let bench = Bench::moto().await;
    let patience = Patience { stall: Duration::from_secs(4), retries: 0, ..Patience::default() };
    bench.proxy.fail("UploadPart", 1, &Fault::SlowRequest(Duration::from_secs(8)));
    let store = bench.patient_store(patience);
    write_large(&store, &archive("shop", 1)).await.unwrap();
    assert!(is_whole(&store, &archive("shop", 1)).await);
}

#[tokio::test]
async fn a_writer_waits_for_the_service_instead_of_buffering() {
    let bench = Bench::moto().await;
    let patience = Patience { stall: Duration::from_secs(600), ..Patience::default() };
    bench.proxy.fail("UploadPart", 1000, &Fault::Hang);
    let mut writer = bench.patient_store(patience).create(&archive("shop", 1)).await.unwrap();
    writer.begin(&part("database.dump")).await.unwrap();
    let mut accepted = 0;
    let piece = large().slice(..MIB);
    while tokio::time::timeout(Duration::from_secs(2), writer.write(piece.clone())).await.is_ok() {
        accepted += 1;
        assert!(accepted <= 64, "{accepted} MiB are in memory");
    }
    assert!(accepted >= 32, "two pieces are on their way: {accepted} MiB");
}
