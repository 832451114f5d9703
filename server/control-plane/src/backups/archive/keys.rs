//! Encryption to `age` recipients: keys that can be kept where the archives are not.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use age::x25519::{Identity, Recipient};

/// To whom archives are encrypted, and how this installation reads them.
#[derive(Debug, Clone, Default)]
pub struct BackupKeys {
    /// The recipients, as `age1…`; empty: archives are not encrypted.
    pub recipients: Vec<String>,
    /// The file with the identities that decrypt, one `AGE-SECRET-KEY-1…` a line; needed for verification and restore of encrypted
    /// archives.
    pub identities: Option<PathBuf>,
}

impl BackupKeys {
    /// Whether new archives are encrypted.
    pub fn encrypts(&self) -> bool {
        !self.recipients.is_empty()
    }

    /// The recipients, or the first that is none.
    pub fn parse(&self) -> Result<Vec<Recipient>, String> {
        let parse = |text: &String| text.parse::<Recipient>().map_err(|error| format!("{text}: {error}"));
        self.recipients.iter().map(parse).collect()
    }

    /// The identities of the file. Reads it at every call, because it may be mounted only for a restore.
    pub(super) fn identities(&self) -> io::Result<Vec<Identity>> {
        let Some(path) = &self.identities else {
            return Err(io::Error::other(
                "the archive is encrypted, and ATOMO_FLEET_BACKUP_IDENTITY names no file with its key",
            ));
        };
        let text = std::fs::read_to_string(path)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| line.parse().map_err(|error: &str| io::Error::other(error))).collect()
    }
}

/// Encrypts what is written, if there are recipients. [`Sink::finish`] ends the stream.
pub(super) enum Sink<W: Write> {
    Plain(W),
    Encrypted(age::stream::StreamWriter<W>),
}

impl<W: Write> Sink<W> {
    pub(super) fn new(out: W, recipients: &[Recipient]) -> io::Result<Self> {
        if recipients.is_empty() {
            return Ok(Self::Plain(out));
        }
        let recipients = recipients.iter().map(|recipient| -> &dyn age::Recipient { recipient });
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        Ok(Self::Encrypted(encryptor.wrap_output(out)?))
    }

    pub(super) fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Encrypted(stream) => stream.finish(),
        }
    }
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}

/// The decrypted bytes of an encrypted part.
pub(super) fn decrypt<'a>(source: impl Read + 'a, identities: &[Identity]) -> io::Result<Box<dyn Read + 'a>> {
    let decryptor = age::Decryptor::new(source).map_err(io::Error::other)?;
    let identities = identities.iter().map(|identity| -> &dyn age::Identity { identity });
    let stream = decryptor.decrypt(identities).map_err(|error| {
        io::Error::other(format!("none of the keys of ATOMO_FLEET_BACKUP_IDENTITY decrypts it: {error}"))
    })?;
    Ok(Box::new(stream))
}
