//! Reads archives: nothing of a part counts before all of it had the right sums.

use std::io::{self, Read};

use futures::StreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::Sender;

use super::keys::decrypt;
use super::manifest::{FORMAT, Manifest, Part};
use super::pieces::{PieceReader, Sum, SummedReader, pieces};
use super::seal::{MANIFEST, Seal};
use crate::Result;
use crate::backup_keys::BackupKeys;
use crate::backups::problems;
use crate::ports::archive_store::{ArchiveError, ArchiveName, ArchiveStore, PartName, SEAL};

/// The largest manifest or seal that is read.
const SMALL: usize = 64 * 1024 * 1024;
/// First bytes of a part: the header of an `age` file with one recipient is shorter.
const HEAD: usize = 1024;

/// Seal and manifest of an archive, checked against each other and against the seal that the registry has recorded.
pub(crate) async fn open(
    store: &dyn ArchiveStore,
    name: &ArchiveName,
    recorded: Option<&str>,
) -> Result<(Seal, Manifest)> {
    let text = read_small(store, name, SEAL).await?;
    let json = read_small(store, name, MANIFEST).await?;
    checked(&text, &json, recorded)
}

/// Seal and manifest, checked against each other.
pub(crate) fn checked(text: &[u8], json: &[u8], recorded: Option<&str>) -> Result<(Seal, Manifest)> {
    let seal = std::str::from_utf8(text).ok().and_then(Seal::parse);
    let seal = seal.ok_or_else(|| problems::damaged(SEAL, "it is no list of checksums"))?;
    if recorded.is_some_and(|recorded| recorded != seal.sha256()) {
        return Err(problems::damaged(SEAL, "it is not the one that was written").into());
    }
    if seal.sum(MANIFEST) != Some(hex::encode(Sha256::digest(json)).as_str()) {
        return Err(problems::damaged(MANIFEST, "its checksum is wrong").into());
    }
    let manifest = manifest(json)?;
    for part in &manifest.parts {
        if seal.sum(&part.name) != Some(part.stored_sha256.as_str()) {
            return Err(problems::damaged(MANIFEST, "it does not agree with SHA256SUMS").into());
        }
    }
    Ok((seal, manifest))
}

/// Reads the version first: what a newer version wrote is refused by name and not as damage.
fn manifest(json: &[u8]) -> Result<Manifest> {
    #[derive(serde::Deserialize)]
    struct Version {
        format: u32,
    }
    let shape = |error: serde_json::Error| problems::damaged(MANIFEST, &error.to_string());
    let Version { format } = serde_json::from_slice(json).map_err(shape)?;
    if format > FORMAT {
        return Err(problems::newer_format(format, FORMAT).into());
    }
    Ok(serde_json::from_slice(json).map_err(shape)?)
}

/// A part of at most 64 MiB as it is stored.
pub(crate) async fn read_small(store: &dyn ArchiveStore, name: &ArchiveName, part: &str) -> Result<Vec<u8>> {
    let mut stream = store.read(name, &part_name(part)?, 0).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = stream.next().await {
        bytes.extend_from_slice(&piece?);
        if bytes.len() > SMALL {
            return Err(problems::damaged(part, "it is larger than any that is written").into());
        }
    }
    Ok(bytes)
}

/// Reads a part through `consume`, which runs on a thread that may block and gets the plain bytes, and then checks all of it: a
/// wrong sum is an error even where `consume` succeeded. `read` is called with the stored bytes that were read so far.
pub(crate) async fn read_part<T: Send + 'static>(
    store: &dyn ArchiveStore,
    name: &ArchiveName,
    part: &Part,
    keys: &BackupKeys,
    consume: impl FnOnce(&mut dyn Read) -> io::Result<T> + Send + 'static,
    read: &(dyn Fn(u64) + Send + Sync),
) -> Result<T> {
    let (sender, receiver) = pieces();
    let (wanted, keys) = (part.clone(), keys.clone());
    let consuming =
        tokio::task::spawn_blocking(move || decompress(PieceReader::new(receiver), &wanted, &keys, consume));
    let fed = feed(store, name, &part.name, sender, read).await;
    let consumed = consuming.await.map_err(|error| problems::thread(&error))?;
    fed?;
    match consumed {
        Ok(value) => Ok(value),
        Err(Fault::Damaged(reason)) => Err(problems::damaged(&part.name, &reason).into()),
        Err(Fault::Consumer(error)) => Err(problems::restoring(&part.name, &error).into()),
    }
}

/// Reads a part as it is stored and checks its size and sum. `begins` is called with its first bytes. Decrypts nothing.
async fn check_stored(
    store: &dyn ArchiveStore,
    name: &ArchiveName,
    part: &Part,
    begins: impl Fn(&[u8]) -> bool,
) -> Result<()> {
    let mut stream = store.read(name, &part_name(&part.name)?, 0).await?;
    let (mut sum, mut head) = (Sum::default(), Vec::new());
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        head.extend_from_slice(&piece[..piece.len().min(HEAD.saturating_sub(head.len()))]);
        sum.add(&piece);
    }
    if sum.bytes != part.stored_bytes || sum.sha256() != part.stored_sha256 {
        return Err(problems::damaged(&part.name, "its checksum is wrong").into());
    }
    if begins(&head) {
        return Ok(());
    }
    Err(problems::damaged(&part.name, "it is not encrypted to one key with age").into())
}

/// Checks a part that only the recovery key opens: its sum, and that it is an `age` file with one X25519 recipient.
pub(crate) async fn check_sealed(store: &dyn ArchiveStore, name: &ArchiveName, part: &Part) -> Result<()> {
    check_stored(store, name, part, |head| {
        let text = String::from_utf8_lossy(head);
        let stanzas = text.lines().filter(|line| line.starts_with("-> X25519 ")).count();
        text.starts_with("age-encryption.org/v1\n") && stanzas == 1
    })
    .await
}

/// The largest part that is held in memory. The contents of 10,000 tables take some 30 MB.
const WHOLE: u64 = 256 * 1024 * 1024;

/// The plain bytes of a part in memory; for small ones. A larger part than [`WHOLE`] is refused, however small it is compressed.
pub(crate) async fn read_whole(
    store: &dyn ArchiveStore,
    name: &ArchiveName,
    part: &Part,
    keys: &BackupKeys,
) -> Result<Vec<u8>> {
    let consume = |source: &mut dyn Read| {
        let mut bytes = Vec::new();
        source.take(WHOLE + 1).read_to_end(&mut bytes)?;
        let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= WHOLE);
        fits.then_some(bytes).ok_or_else(|| io::Error::other("it is larger than any that is written"))
    };
    read_part(store, name, part, keys, consume, &|_| ()).await
}

/// Sends the part in pieces. Ends early without an error where the reader has ended.
async fn feed(
    store: &dyn ArchiveStore,
    name: &ArchiveName,
    part: &str,
    sender: Sender<bytes::Bytes>,
    read: &(dyn Fn(u64) + Send + Sync),
) -> Result<(), ArchiveError> {
    let Ok(part) = part.parse::<PartName>() else { return Ok(()) };
    let mut stream = store.read(name, &part, 0).await?;
    let mut bytes = 0;
    while let Some(piece) = stream.next().await {
        let piece = piece?;
        bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        if sender.send(piece).await.is_err() {
            break;
        }
        read(bytes);
    }
    Ok(())
}

/// The name of a part as the store takes it.
pub(crate) fn part_name(name: &str) -> Result<PartName> {
    name.parse().map_err(|error: model::Invalid| problems::internal(&error).into())
}

/// Why a part came to nothing.
enum Fault {
    Damaged(String),
    Consumer(io::Error),
}

/// Decrypts, decompresses, consumes and sums. A fault of the stream is found also where the consumer ends earlier or fails by it.
fn decompress<T>(
    mut source: PieceReader,
    wanted: &Part,
    keys: &BackupKeys,
    consume: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> Result<T, Fault> {
    let consumed = through(&mut source, wanted, keys, consume);
    let drained = io::copy(&mut source, &mut io::sink());
    let stored = std::mem::take(&mut source.sum);
    if drained.is_ok() && (stored.bytes != wanted.stored_bytes || stored.sha256() != wanted.stored_sha256) {
        return Err(Fault::Damaged("its checksum is wrong".into()));
    }
    let (value, plain) = consumed?;
    if plain.bytes != wanted.plain_bytes || plain.sha256() != wanted.plain_sha256 {
        return Err(Fault::Damaged("what it holds is not what was backed up".into()));
    }
    Ok(value)
}

fn through<T>(
    source: &mut PieceReader,
    wanted: &Part,
    keys: &BackupKeys,
    consume: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> Result<(T, Sum), Fault> {
    let opened: Box<dyn Read + '_> = if wanted.is_encrypted() {
        let identities = keys.identities().map_err(Fault::Consumer)?;
        decrypt(source, &identities).map_err(Fault::Consumer)?
    } else {
        Box::new(source)
    };
    let decoder = zstd::Decoder::new(opened).map_err(Fault::Consumer)?;
    let mut plain = SummedReader { inner: decoder, sum: Sum::default() };
    let value = consume(&mut plain).map_err(Fault::Consumer)?;
    io::copy(&mut plain, &mut io::sink()).map_err(Fault::Consumer)?;
    Ok((value, plain.sum))
}
