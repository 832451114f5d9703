//! The protocol of a keeper: one [`Request`] on its standard input, one [`Reply`] line on its standard output.
//!
//! The request contains secrets, so it has no `Debug` and is never written to a file. Each text is preceded by its length
//! (four bytes, little-endian), so values can contain any byte and a truncated request is detected.

use std::fmt;
use std::io::{self, Read};

const MAGIC: &str = "atomo-keeper request 2";
/// Maximum length of a text in bytes. A larger length means that the input is not a request.
const LONGEST_TEXT: usize = 16 << 20;

/// The request to start an instance.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The digest, a single line; stored in the record.
    pub digest: String,
    /// The address as `host:port`; stored in the record.
    pub address: String,
    /// The working folder of the instance; it must exist.
    pub home: String,
    /// Absolute path of the executable.
    pub program: String,
    /// Absolute paths of its control groups.
    pub groups: Vec<String>,
    /// The complete environment of the instance.
    pub env: Vec<(String, String)>,
    /// Values to remove from the log.
    pub redact: Vec<String>,
}

impl Request {
    /// The bytes for the keeper's standard input. They contain the secrets: wipe them after use.
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

    /// Reads a request up to the end of the input.
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

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The process of the instance exists and the record is written.
    Started,
    /// Nothing was started.
    Refused(Refusal),
}

/// Why nothing was started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another keeper holds the lock of the folder.
    #[error("another keeper of this project is at work")]
    Busy,
    /// The executable cannot be run; the system's message.
    #[error("{0}")]
    Program(String),
    /// The run folder cannot be written; the system's message.
    #[error("{0}")]
    Storage(String),
    /// The request cannot be parsed, or the system could not create a process.
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
    /// Parses the line. Text that is not a reply becomes a refusal that quotes it.
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
