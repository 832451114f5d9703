//! Acts on all objects below a prefix.

use control_plane::ports::archive_store::{ArchiveName, SEAL};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _};

use crate::fault::is_absent;
use crate::location::S3Location;

/// The objects below a prefix.
pub async fn below(s3: &AmazonS3, prefix: &Path) -> object_store::Result<Vec<ObjectMeta>> {
    s3.list(Some(prefix)).try_collect().await
}

/// Removes all objects of an archive, the seal first.
pub async fn remove_archive(
    s3: &AmazonS3,
    location: &S3Location,
    archive: &ArchiveName,
) -> object_store::Result<()> {
    let prefix = location.archive(archive);
    let keys = below(s3, &prefix).await?.into_iter().map(|object| object.location);
    let (seal, parts): (Vec<_>, Vec<_>) = keys.partition(|key| *key == prefix.clone().join(SEAL));
    for key in &seal {
        gone(s3.delete(key).await)?;
    }
    let mut removals = s3.delete_stream(futures::stream::iter(parts).map(Ok).boxed());
    while let Some(removed) = removals.next().await {
        gone(removed.map(|_| ()))?;
    }
    Ok(())
}

/// Absent is success, also where a repeated request finds the object gone.
fn gone(removed: object_store::Result<()>) -> object_store::Result<()> {
    match removed {
        Err(error) if !is_absent(&error) => Err(error),
        _ => Ok(()),
    }
}
