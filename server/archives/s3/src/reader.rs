//! Reads one part, in windows.
//!
//! Each window is a request of its own, with retries of its own: a transfer of hours survives any number of lost connections. Within
//! a window the client goes on from the byte where the connection was lost.

use std::sync::Arc;

use bytes::Bytes;
use control_plane::ports::archive_store::{ArchiveError, PartStream};
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore as _};

use crate::client::Lazy;
use crate::fault::{Act, is_absent};

/// Bytes of a window.
const WINDOW: u64 = 32 * 1024 * 1024;

pub struct Reader {
    pub inner: Arc<Lazy>,
    pub s3: AmazonS3,
    pub path: Path,
    /// The next byte.
    pub at: u64,
    /// Bytes of the whole part.
    pub size: u64,
    /// What comes of the current window, and its end.
    pub window: Option<(BoxStream<'static, object_store::Result<Bytes>>, u64)>,
}

impl Reader {
    /// Every byte up to the size, or an error.
    pub fn stream(self) -> PartStream {
        futures::stream::try_unfold(self, Self::next).boxed()
    }

    async fn next(mut self) -> Result<Option<(Bytes, Self)>, ArchiveError> {
        loop {
            let Some((stream, end)) = &mut self.window else {
                if self.at >= self.size {
                    return Ok(None);
                }
                self.open().await?;
                continue;
            };
            let end = *end;
            match stream.try_next().await {
                Ok(Some(bytes)) => {
                    self.at += bytes.len() as u64;
                    return if self.at > end { Err(self.wrong_length()) } else { Ok(Some((bytes, self))) };
                }
                Ok(None) if self.at == end => self.window = None,
                Ok(None) => return Err(self.wrong_length()),
                Err(error) => return Err(self.act().failed(&error)),
            }
        }
    }

    async fn open(&mut self) -> Result<(), ArchiveError> {
        let end = self.size.min(self.at + WINDOW);
        let options = GetOptions { range: Some(GetRange::Bounded(self.at..end)), ..GetOptions::default() };
        match self.s3.get_opts(&self.path, options).await {
            Ok(got) => self.window = Some((got.into_stream(), end)),
            Err(error) if is_absent(&error) => {
                let name = self.inner.location.below(&self.path).join("/");
                return Err(ArchiveError::Absent { name, place: self.inner.location.to_string() });
            }
            Err(error) => return Err(self.act().failed(&error)),
        }
        Ok(())
    }

    fn act(&self) -> Act<'_> {
        Act { doing: "reading an archive", location: &self.inner.location }
    }

    fn wrong_length(&self) -> ArchiveError {
        self.act().away(format!("the answer for {} has another length than was announced", self.path))
    }
}
