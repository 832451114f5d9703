//! Builds an archive, part by part.

use std::io::{self, Write};

use age::x25519::Recipient;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::keys::Sink;
use super::manifest::{Manifest, Part, PartRole};
use super::pieces::{PieceWriter, Sum, SummedWriter, pieces};
use super::seal::{MANIFEST, Seal};
use crate::Result;
use crate::backups::problems;
use crate::ports::archive_store::{ArchiveName, ArchiveStore, ArchiveWriter};

/// The level of zstd: half of the time of gzip for the same size.
const LEVEL: i32 = 3;

/// Writes the content of a part; runs on a thread that may block.
pub(crate) type Produced = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// An archive that is being written.
pub(crate) struct ArchiveBuilder {
    writer: Box<dyn ArchiveWriter>,
    recipients: Vec<Recipient>,
    parts: Vec<Part>,
    seal: Seal,
}

impl ArchiveBuilder {
    /// Begins the archive.
    pub(crate) async fn begin(
        store: &dyn ArchiveStore,
        name: &ArchiveName,
        recipients: Vec<Recipient>,
    ) -> Result<Self> {
        let writer = store.create(name).await?;
        Ok(Self { writer, recipients, parts: Vec::new(), seal: Seal::default() })
    }

    /// Writes a part. `stored` is called with the bytes that were stored so far.
    pub(crate) async fn part(
        &mut self,
        role: PartRole,
        produced: Produced,
        stored: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<()> {
        let recipients = self.recipients.clone();
        self.part_for(recipients, role, produced, stored).await
    }

    /// As [`ArchiveBuilder::part`], encrypted to these recipients instead of those of the archive.
    pub(crate) async fn part_for(
        &mut self,
        recipients: Vec<Recipient>,
        role: PartRole,
        produced: Produced,
        stored: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<()> {
        let name = role.part(!recipients.is_empty());
        let (sender, mut receiver) = pieces();
        let compressing =
            tokio::task::spawn_blocking(move || compress(produced, PieceWriter::new(sender), &recipients));
        self.writer.begin(&part_name(&name)?).await?;
        let mut bytes = 0;
        while let Some(piece) = receiver.recv().await {
            bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            self.writer.write(piece).await?;
            stored(bytes);
        }
        let compressed = compressing.await.map_err(|error| problems::thread(&error))?;
        let (plain, file) = compressed.map_err(|error| problems::reading(role.file(), &error))?;
        self.writer.end().await?;
        let part = Part {
            role,
            plain_bytes: plain.bytes,
            plain_sha256: plain.sha256(),
            stored_bytes: file.bytes,
            stored_sha256: file.sha256(),
            name,
        };
        self.seal.add(&part.name, &part.stored_sha256);
        self.parts.push(part);
        Ok(())
    }

    /// The parts so far.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Writes manifest and seal and makes the archive visible. Returns the SHA-256 of the seal.
    pub(crate) async fn complete(mut self, manifest: &Manifest) -> Result<String> {
        let mut json = serde_json::to_vec_pretty(manifest).map_err(|error| problems::internal(&error))?;
        json.push(b'\n');
        self.seal.add(MANIFEST, &hex::encode(Sha256::digest(&json)));
        self.writer.begin(&part_name(MANIFEST)?).await?;
        self.writer.write(Bytes::from(json)).await?;
        self.writer.end().await?;
        self.writer.complete(Bytes::from(self.seal.to_string())).await?;
        Ok(self.seal.sha256())
    }

    /// Removes what was written.
    pub(crate) async fn abort(self) -> Result<()> {
        Ok(self.writer.abort().await?)
    }
}

fn part_name(name: &str) -> Result<crate::ports::archive_store::PartName> {
    name.parse().map_err(|error: model::Invalid| problems::internal(&error).into())
}

/// Compresses and encrypts. Returns the sums before and after.
fn compress(produced: Produced, out: PieceWriter, recipients: &[Recipient]) -> io::Result<(Sum, Sum)> {
    let encoder = zstd::Encoder::new(Sink::new(out, recipients)?, LEVEL)?;
    let mut plain = SummedWriter { inner: encoder, sum: Sum::default() };
    produced(&mut plain)?;
    let SummedWriter { inner, sum } = plain;
    let mut out = inner.finish()?.finish()?;
    out.flush()?;
    Ok((sum, out.sum))
}
