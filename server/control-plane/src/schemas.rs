//! Schema files, wherever they come from: a repository, the mirror while it is away, or a file that is followed.

pub(crate) mod mirror;

use model::SchemaRef;

use crate::ports::Failure as _;
use crate::ports::schema_source::SchemaFile;
use crate::{Inner, Result, repositories, schema_volumes};

/// From where a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadFrom {
    /// From its repository or the copy of it on this machine, or from the file that is followed.
    Source,
    /// From the mirror: the repository is away, and this machine has no copy of it.
    Mirror,
}

/// The file that the reference names. Writes nothing.
pub(crate) async fn read(inner: &Inner, schema: &SchemaRef) -> Result<SchemaFile> {
    Ok(find(inner, schema).await?.0)
}

/// The file that an instance is about to get, and from where it was read. The digest of a file of a repository is recorded, so that
/// a later read of the mirror can be checked.
pub(crate) async fn read_and_record(inner: &Inner, schema: &SchemaRef) -> Result<(SchemaFile, ReadFrom)> {
    let (file, from) = find(inner, schema).await?;
    if let (Some((repo, path)), ReadFrom::Source) = (schema.git(), from) {
        let pinned = mirror::pinned(repo, path, schema.commit());
        inner.registry.record_schema_digest(&pinned, &file.sha256, &file.commit).await?;
    }
    Ok((file, from))
}

async fn find(inner: &Inner, schema: &SchemaRef) -> Result<(SchemaFile, ReadFrom)> {
    let (repo, path) = match schema {
        SchemaRef::Volume { path, .. } => {
            return Ok((schema_volumes::schema_file(inner, schema, path).await?, ReadFrom::Source));
        }
        SchemaRef::Git { repo, path, .. } => (repo, path),
    };
    let pinned = mirror::pinned(repo, path, schema.commit());
    let access = repositories::access(inner, repo).await?;
    match inner.ports.schemas.read(&access, path, schema.commit()).await {
        Ok(file) => Ok((file, ReadFrom::Source)),
        Err(error) if error.is_transient() => match mirror::read(inner, &pinned).await {
            Some(file) => Ok((file, ReadFrom::Mirror)),
            None => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    }
}
