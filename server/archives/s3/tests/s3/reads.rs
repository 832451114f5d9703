//! Connections that are lost while a part is read.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use archives_s3::S3Archives;
use control_plane::ports::archive_store::{ArchiveError, ArchiveStore as _};
use control_plane::testing::conformance::archive_store::{archive, collect, large, part, text, write};
use fault_proxy::Fault;

use crate::support::Bench;

const MIB: usize = 1024 * 1024;

async fn bench() -> Bench {
    let bench = Bench::moto().await;
    let mut writer = bench.store().create(&archive("shop", 1)).await.unwrap();
    write(&mut *writer, "database.dump", &[large()]).await.unwrap();
    writer.complete(text("sums")).await.unwrap();
    bench
}

async fn read(store: &S3Archives, from: usize) -> Result<bool, ArchiveError> {
    let stream = store.read(&archive("shop", 1), &part("database.dump"), from as u64).await?;
    Ok(collect(stream).await? == large().slice(from..))
}

#[tokio::test]
async fn a_lost_connection_is_resumed_at_its_byte() {
    let bench = bench().await;
    for (times, after) in [(2, 5 * MIB), (1, 0), (1, 1)] {
        bench.proxy.fail("GetObject", times, &Fault::CutAnswer(after));
    }
    assert!(read(&bench.store(), 7).await.unwrap());
    assert!(bench.proxy.calls("GetObject").len() >= 6, "four were cut, and two windows were read");
}

#[tokio::test]
async fn a_connection_that_is_lost_for_good_is_an_error_and_no_short_read() {
    let bench = bench().await;
    bench.proxy.fail("GetObject", 1000, &Fault::CutAnswer(MIB));
    let error = read(&bench.impatient_store(), 0).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Away { .. }), "{error:?}");
}

#[tokio::test]
async fn a_service_that_is_silent_is_an_error_of_the_stream() {
    let bench = bench().await;
    bench.proxy.fail("GetObject", 1000, &Fault::Hang);
    let error = read(&bench.impatient_store(), 0).await.unwrap_err();
    assert!(matches!(&error, ArchiveError::Away { reason, .. } if reason.contains("no byte")), "{error:?}");
}

#[tokio::test]
async fn a_part_that_was_removed_meanwhile_is_absent() {
    let bench = bench().await;
    let stream = bench.store().read(&archive("shop", 1), &part("database.dump"), 0).await.unwrap();
    bench.delete(&format!("{}/database.dump", archive("shop", 1))).await;
    let error = collect(stream).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Absent { .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_of_another_range_is_an_error() {
    let bench = bench().await;
    bench.proxy.fail("GetObject", 1000, &Fault::Answer(200, "a login page".into()));
    assert!(matches!(read(&bench.store(), 0).await, Err(ArchiveError::Away { .. })));
}
