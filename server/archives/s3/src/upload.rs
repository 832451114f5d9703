//! One part on its way: in pieces if it is large.

use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{
    Error, MultipartUpload, ObjectStore as _, ObjectStoreExt as _, PutPayload, PutPayloadMut, Result,
};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::fault::{TooLarge, is_absent};

/// Size of a piece. All but the last are of this size, which some services require.
pub const PIECE: usize = 16 * 1024 * 1024;
/// Pieces that are sent at the same time.
const IN_FLIGHT: usize = 2;
/// The most pieces of an object. Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const PIECES: usize = 10_000;
/// Size of the blocks of a piece. Each that leaves is progress.
const BLOCK: usize = 256 * 1024;

/// Uploads one object. Dropped before [`Upload::finish`] it aborts the multipart upload in the background.
pub struct Upload {
    s3: AmazonS3,
    path: Path,
    filling: PutPayloadMut,
    /// From the second piece on.
    multipart: Option<Box<dyn MultipartUpload>>,
    in_flight: JoinSet<Result<()>>,
    pieces: usize,
    sent: u64,
}

impl Upload {
    pub fn new(s3: AmazonS3, path: Path) -> Self {
        Self { s3, path, filling: filling(), multipart: None, in_flight: JoinSet::new(), pieces: 0, sent: 0 }
    }

    /// Copies the bytes, and sends full pieces. Waits while [`IN_FLIGHT`] are on their way.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            if self.filling.content_length() == PIECE {
                self.send().await?;
            }
            // more at once would become one block
            let room = (PIECE - self.filling.content_length()).min(BLOCK);
            let (now, rest) = bytes.split_at(bytes.len().min(room));
            self.filling.extend_from_slice(now);
            bytes = rest;
        }
        Ok(())
    }

    /// Returns when the store has accepted all of it.
    pub async fn finish(mut self) -> Result<()> {
        if self.multipart.is_none() {
            let payload = self.take();
            return self.s3.put(&self.path, payload).await.map(|_| ());
        }
        if self.filling.content_length() > 0 {
            self.send().await?;
        }
        while !self.in_flight.is_empty() {
            self.landed().await?;
        }
        let Some(multipart) = &mut self.multipart else { return Ok(()) };
        match multipart.complete().await {
            // a repeated request whose first answer was lost
            Err(error) if is_absent(&error) && is_there(&self.s3, &self.path, self.sent).await => {}
            outcome => {
                outcome?;
            }
        }
        self.multipart = None;
        Ok(())
    }

    /// Returns when the store has forgotten the pieces.
    pub async fn abort(mut self) -> Result<()> {
        self.in_flight.shutdown().await;
        match self.multipart.take() {
            Some(multipart) => abort(multipart).await,
            None => Ok(()),
        }
    }

    fn take(&mut self) -> PutPayload {
        std::mem::replace(&mut self.filling, filling()).freeze()
    }

    async fn send(&mut self) -> Result<()> {
        if self.pieces == PIECES {
            return Err(Error::Generic { store: "S3", source: TooLarge((PIECES * PIECE) >> 30).into() });
        }
        if self.multipart.is_none() {
            self.multipart = Some(self.s3.put_multipart(&self.path).await?);
        }
        while self.in_flight.len() >= IN_FLIGHT {
            self.landed().await?;
        }
        let payload = self.take();
        if let Some(multipart) = &mut self.multipart {
            self.pieces += 1;
            self.sent += payload.content_length() as u64;
            self.in_flight.spawn(multipart.put_part(payload));
        }
        Ok(())
    }

    /// Waits for one piece.
    async fn landed(&mut self) -> Result<()> {
        match self.in_flight.join_next().await {
            Some(outcome) => outcome?,
            None => Ok(()),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let (Some(multipart), Ok(runtime)) = (self.multipart.take(), Handle::try_current()) else { return };
        let mut in_flight = std::mem::take(&mut self.in_flight);
        let path = self.path.clone();
        runtime.spawn(async move {
            in_flight.shutdown().await; // a piece that lands later would stay
            if let Err(error) = abort(multipart).await {
                tracing::warn!(
                    object = %path,
                    "an upload could not be aborted; a lifecycle rule of the bucket removes it: {error}"
                );
            }
        });
    }
}

/// Whether there is an object of this size.
async fn is_there(s3: &AmazonS3, path: &Path, size: u64) -> bool {
    let listed = s3.list_with_delimiter(path.parent().as_ref()).await;
    listed.is_ok_and(|listed| {
        listed.objects.iter().any(|object| object.location == *path && object.size == size)
    })
}

fn filling() -> PutPayloadMut {
    PutPayloadMut::new().with_block_size(BLOCK)
}

async fn abort(mut multipart: Box<dyn MultipartUpload>) -> Result<()> {
    match multipart.abort().await {
        Err(error) if !is_absent(&error) => Err(error),
        _ => Ok(()),
    }
}
