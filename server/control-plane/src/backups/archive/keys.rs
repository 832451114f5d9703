//! Encrypts and decrypts the parts of archives.

use std::io::{self, Read, Write};

use age::x25519::{Identity, Recipient};

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
