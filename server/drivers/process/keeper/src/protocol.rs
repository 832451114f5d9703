//! How a keeper is asked: one [`Request`] on its standard input, one [`Reply`] line on its standard output.
//!
//! The request holds secrets, so it has no `Debug` and is never written to a file. Each of its texts is preceded by
//! its length (four bytes, little-endian), which lets a value hold any byte and shows a request that was cut off.

use std::fmt;
use std::io::{self, Read};

const MAGIC: &str = "atomo-keeper request 2";
/// No text is longer; a larger length is no request.
const LONGEST_TEXT: usize = 16 << 20;

/// What the keeper shall start.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Kept in the record, in one line.
    pub digest: String,
    /// Kept in the record: `host:port`.
    pub address: String,
    /// The working folder of the instance; it exists.
    pub home: String,
    /// The executable, as an absolute path.
    pub program: String,
    /// The control groups that it shall be in, as absolute paths.
    pub groups: Vec<String>,
    /// The whole environment of the instance.
    pub env: Vec<(String, String)>,
    /// What may not reach the log.
    pub redact: Vec<String>,
}

impl Request {
    /// The bytes for the keeper's standard input. They hold the secrets: wipe them after use.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for text in [MAGIC, &self.digest, &self.address, &self.home, &self.program] {
            put(&mut bytes, text);
        }
        put(&mut bytes, &self.groups.len().to_string());
        for group in &self.groups {
            put(&mut bytes, group);
        }
        put(&mut bytes, &self.env.len().to_string());
        for (name, value) in &self.env {
            put(&mut bytes, name);
            put(&mut bytes, value);
        }
        put(&mut bytes, &self.redact.len().to_string());
        for value in &self.redact {
            put(&mut bytes, value);
        }
        bytes
    }

    /// A whole request, read to its end.
    pub fn decode(mut from: impl Read) -> io::Result<Self> {
        let from = &mut from;
        if take(from)? != MAGIC {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the request is of another release"));
        }
        Ok(Self {
            digest: take(from)?,
            address: take(from)?,
            home: take(from)?,
            program: take(from)?,
            groups: (0..count(from)?).map(|_| take(from)).collect::<io::Result<_>>()?,
            env: (0..count(from)?).map(|_| Ok((take(from)?, take(from)?))).collect::<io::Result<_>>()?,
            redact: (0..count(from)?).map(|_| take(from)).collect::<io::Result<_>>()?,
        })
    }
}

fn put(bytes: &mut Vec<u8>, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    bytes.extend(length.to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn take(from: &mut impl Read) -> io::Result<String> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST_TEXT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a text of the request is too long"));
    }
    let mut text = vec![0; length];
    from.read_exact(&mut text)?;
    String::from_utf8(text).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the request is not text"))
}

fn count(from: &mut impl Read) -> io::Result<usize> {
    take(from)?.parse().map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the request has no count"))
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The instance's process exists and the record is written.
    Started,
    /// Nothing runs.
    Refused(Refusal),
}

/// Why nothing was started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another keeper holds the folder.
    #[error("another keeper of this project is at work")]
    Busy,
    /// The executable cannot be run: what the system said.
    #[error("{0}")]
    Program(String),
    /// The run folder cannot be written: what the system said.
    #[error("{0}")]
    Storage(String),
    /// The request is not understood, or the system refused a process.
    #[error("{0}")]
    Other(String),
}

impl fmt::Display for Reply {
    /// One line, as [`Reply::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Started => return f.write_str("started"),
            Self::Refused(Refusal::Busy) => "busy",
            Self::Refused(Refusal::Program(_)) => "program",
            Self::Refused(Refusal::Storage(_)) => "storage",
            Self::Refused(Refusal::Other(_)) => "other",
        };
        let Self::Refused(refusal) = self else { return Ok(()) };
        write!(f, "{word} {}", refusal.to_string().replace(['\n', '\r'], " "))
    }
}

impl Reply {
    /// Reads its line; whatever is not a reply is a refusal that says so.
    pub fn parse(line: &str) -> Self {
        let line = line.trim_end();
        let (word, reason) = line.split_once(' ').unwrap_or((line, ""));
        let reason = reason.to_owned();
        Self::Refused(match word {
            "started" => return Self::Started,
            "busy" => Refusal::Busy,
            "program" => Refusal::Program(reason),
            "storage" => Refusal::Storage(reason),
            "other" => Refusal::Other(reason),
            "" => Refusal::Other("it ended without an answer".into()),
            _ => Refusal::Other(format!("it answered {line:?}")),
        })
    }
}

#[cfg(test)]
mod tests;
