//! Reads a tar file as it arrives: plain files in one folder, and nothing else. Memory does not grow with the file.

use bytes::{Buf as _, Bytes, BytesMut};
use futures::stream::{BoxStream, StreamExt as _};
use model::Problem;

use super::refused;
use crate::Result;

const BLOCK: usize = 512;
/// Files in an archive at most; those that are written have at most 7.
const FILES: usize = 32;
/// Silence after which an upload is given up.
const SILENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// A file whose content follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name without the folder.
    pub(super) name: String,
    /// Its size.
    pub(super) size: u64,
}

/// A tar file that arrives.
pub(super) struct TarStream {
    source: BoxStream<'static, std::io::Result<Bytes>>,
    buffer: BytesMut,
    /// Bytes of the present file that are still to come, and of the padding behind it.
    left: (u64, usize),
    files: usize,
    folder: Option<String>,
}

impl TarStream {
    pub(super) fn new(source: BoxStream<'static, std::io::Result<Bytes>>) -> Self {
        Self { source, buffer: BytesMut::new(), left: (0, 0), files: 0, folder: None }
    }

    /// The next file; `None` at the end. What was not read of the one before is skipped.
    pub(super) async fn next(&mut self) -> Result<Option<Entry>> {
        while self.chunk().await?.is_some() {}
        loop {
            let padding = self.left.1;
            self.left.1 = 0;
            if padding > 0 {
                self.exactly(padding).await?.ok_or_else(ended_early)?;
            }
            let Some(block) = self.exactly(BLOCK).await? else { return Err(ended_early().into()) };
            if block.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            self.files += 1;
            if self.files > FILES {
                return Err(refused(&format!("it has more than {FILES} entries")).into());
            }
            if let Some(entry) = self.entry(&block)? {
                let rest = usize::try_from(entry.size % 512).unwrap_or_default();
                self.left = (entry.size, if rest == 0 { 0 } else { BLOCK - rest });
                return Ok(Some(entry));
            }
        }
    }

    /// The next piece of the present file; `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if self.left.0 == 0 {
            return Ok(None);
        }
        if self.buffer.is_empty() && !self.fill().await? {
            return Err(ended_early().into());
        }
        let taken = usize::try_from(self.left.0).unwrap_or(usize::MAX).min(self.buffer.len());
        self.left.0 -= u64::try_from(taken).unwrap_or_default();
        Ok(Some(self.buffer.split_to(taken).freeze()))
    }

    /// So many bytes; `None` if the stream ends before the first.
    async fn exactly(&mut self, wanted: usize) -> Result<Option<Bytes>> {
        while self.buffer.len() < wanted {
            if !self.fill().await? {
                return if self.buffer.is_empty() { Ok(None) } else { Err(ended_early().into()) };
            }
        }
        Ok(Some(self.buffer.split_to(wanted).freeze()))
    }

    async fn fill(&mut self) -> Result<bool> {
        let piece = tokio::time::timeout(SILENCE, self.source.next()).await;
        match piece.map_err(|_| interrupted("no byte arrived within 60 s"))? {
            Some(Ok(mut piece)) => {
                self.buffer.reserve(piece.remaining());
                while piece.has_remaining() {
                    let taken = piece.chunk().len();
                    self.buffer.extend_from_slice(&piece.split_to(taken));
                }
                Ok(true)
            }
            Some(Err(error)) => Err(interrupted(&error.to_string()).into()),
            None => Ok(false),
        }
    }

    /// The file of a header; `None` for the folder itself.
    fn entry(&mut self, block: &[u8]) -> Result<Option<Entry>> {
        let header = tar::Header::from_byte_slice(block);
        let wrong = refused;
        let sum = |block: &[u8]| -> u32 {
            let outside = block[..148].iter().chain(&block[156..]).map(|byte| u32::from(*byte)).sum::<u32>();
            outside + 8 * u32::from(b' ')
        };
        if header.cksum().ok() != Some(sum(block)) {
            return Err(wrong("it is no tar file, or a header in it is damaged").into());
        }
        let path = header.path_bytes();
        let path = std::str::from_utf8(&path).map_err(|_| wrong("the name of an entry is no text"))?;
        let size = header.size().map_err(|_| wrong("the size of an entry cannot be read"))?;
        let kind = header.entry_type();
        if !(kind.is_file() || kind.is_dir() && size == 0) {
            return Err(refused(&format!(
                "the entry {path:?} is neither a file nor a folder. Make it with: tar --format=ustar"
            ))
            .into());
        }
        let is_folder = kind.is_dir();
        let path = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
        let (folder, name) = path.split_once('/').unwrap_or(if is_folder { (path, "") } else { ("", path) });
        let is_plain = |text: &str| {
            !text.starts_with('.')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        };
        if !is_plain(folder) || !is_plain(name) || (name.is_empty() && !is_folder) {
            return Err(refused(&format!("the path {path:?} is not one of a part of an archive")).into());
        }
        if is_folder && path.is_empty() {
            return Ok(None);
        }
        if self.folder.get_or_insert_with(|| folder.to_owned()) != folder {
            return Err(wrong("its parts are in more than one folder").into());
        }
        Ok((!is_folder).then(|| Entry { name: name.to_owned(), size }))
    }
}

fn ended_early() -> Problem {
    refused("it ends too early")
}

fn interrupted(reason: &str) -> Problem {
    let detail = format!("Nothing was stored. The upload was interrupted: {reason}. Upload the file again.");
    Problem::new(model::ProblemKind::Malformed, "The upload was interrupted", detail)
}
