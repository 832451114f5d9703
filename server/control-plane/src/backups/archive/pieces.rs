//! Between a thread that reads or writes and a store that does so asynchronously: pieces of 1 MiB through a channel of four.

use std::io::{self, Read, Write};

use bytes::{Buf as _, Bytes, BytesMut};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The size of a piece.
const PIECE: usize = 1024 * 1024;
/// Pieces that wait at most.
const WAITING: usize = 4;

/// A channel of pieces.
pub(super) fn pieces() -> (Sender<Bytes>, Receiver<Bytes>) {
    channel(WAITING)
}

/// Size and SHA-256 of what went through.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    pub(super) bytes: u64,
    hash: Sha256,
}

impl Sum {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.hash.update(bytes);
    }

    pub(super) fn sha256(self) -> String {
        hex::encode(self.hash.finalize())
    }
}

/// Sums what is written to it and sends it in pieces. An error if the receiver was dropped.
pub(super) struct PieceWriter {
    sender: Sender<Bytes>,
    open: BytesMut,
    pub(super) sum: Sum,
}

impl PieceWriter {
    pub(super) fn new(sender: Sender<Bytes>) -> Self {
        Self { sender, open: BytesMut::with_capacity(PIECE), sum: Sum::default() }
    }

    fn send(&mut self) -> io::Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let piece = self.open.split().freeze();
        self.open.reserve(PIECE);
        self.sender.blocking_send(piece).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

impl Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.open.len());
        self.sum.add(&bytes[..taken]);
        self.open.extend_from_slice(&bytes[..taken]);
        if self.open.len() == PIECE {
            self.send()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

/// Reads the pieces of a channel and sums them. The end of the channel is the end of the part.
pub(super) struct PieceReader {
    receiver: Receiver<Bytes>,
    open: Bytes,
    pub(super) sum: Sum,
}

impl PieceReader {
    pub(super) fn new(receiver: Receiver<Bytes>) -> Self {
        Self { receiver, open: Bytes::new(), sum: Sum::default() }
    }
}

impl Read for PieceReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.open.is_empty() {
            match self.receiver.blocking_recv() {
                Some(piece) => self.open = piece,
                None => return Ok(0),
            }
        }
        let taken = into.len().min(self.open.len());
        self.open.copy_to_slice(&mut into[..taken]);
        self.sum.add(&into[..taken]);
        Ok(taken)
    }
}

/// Sums what is written through it.
pub(super) struct SummedWriter<W> {
    pub(super) inner: W,
    pub(super) sum: Sum,
}

impl<W: Write> Write for SummedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Sums what is read through it.
pub(super) struct SummedReader<R> {
    pub(super) inner: R,
    pub(super) sum: Sum,
}

impl<R: Read> Read for SummedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.sum.add(&into[..read]);
        Ok(read)
    }
}
