//! The record in the run folder: which process runs, from which inputs, and how it ended.
//!
//! It is one file, replaced by a rename, so a reader sees a complete start or a complete end. It is not synced to disk:
//! a power loss ends the processes too, and [`Record::is_of_this_boot`] detects that.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::io::{self, Write as _};
use std::path::Path;
use std::str::FromStr;

use crate::process::{ProcessKey, boot_id};

/// The name of the file in the run folder.
pub const RECORD: &str = "record";
const DRAFT: &str = "record.new";
const FORMAT: &str = "1";

/// A start of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The boot in which it was started.
    pub boot: String,
    /// Its keeper. The pid is also the id of the session of all processes of the instance.
    pub keeper: ProcessKey,
    /// Its process. The pid is also the id of its process group.
    pub instance: ProcessKey,
    /// The digest of its inputs, a single line.
    pub digest: String,
    /// The path of its program, a single line.
    pub release: String,
    /// The address to listen at, as `host:port`.
    pub address: String,
    /// Start time in milliseconds since the epoch.
    pub started_at: u64,
    /// The end; `None` while it runs.
    pub end: Option<End>,
}

/// The end of an instance. Without code and signal the cause is unknown, because the keeper had ended before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The exit code.
    pub code: Option<i32>,
    /// The signal that killed it.
    pub signal: Option<i32>,
    /// Time in milliseconds since the epoch.
    pub at: u64,
    /// Its peak resident memory in bytes.
    pub peak_memory: Option<u64>,
    /// The memory limit, if the kernel killed it for reaching it.
    pub out_of_memory: Option<Reached>,
}

/// A memory limit that was reached, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The limit.
    pub limit: u64,
    /// The peak usage.
    pub peak: Option<u64>,
}

impl Record {
    /// Reads the record of a run folder; `None` if there is none or the file is not a valid record.
    pub fn read(folder: &Path) -> io::Result<Option<Self>> {
        match fs::read_to_string(folder.join(RECORD)) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(fault) if matches!(fault.kind(), NotFound | NotADirectory) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Replaces the record of a run folder. On a full disk the old record stays intact.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let draft = folder.join(DRAFT);
        fs::write(&draft, self.text())?;
        fs::rename(&draft, folder.join(RECORD))
    }

    /// Adds the end. If no new file can be created (full disk), appends to the existing file: the text fits into the
    /// block that the file already has.
    pub fn write_end(&mut self, folder: &Path, end: End) -> io::Result<()> {
        self.end = Some(end);
        self.write(folder).or_else(|_| {
            let mut file = fs::OpenOptions::new().append(true).open(folder.join(RECORD))?;
            file.write_all(end.text().as_bytes())
        })
    }

    /// Whether it is of the present boot.
    pub fn is_of_this_boot(&self) -> bool {
        self.boot == boot_id()
    }

    fn text(&self) -> String {
        let one_line = |text: &str| text.replace(['\n', '\r'], " ");
        let mut text = format!("format={FORMAT}\nboot={}\n", self.boot);
        for (name, key) in [("keeper", self.keeper), ("instance", self.instance)] {
            let _ = writeln!(text, "{name}={} {}", key.pid, key.started);
        }
        for (name, value) in
            [("digest", &self.digest), ("release", &self.release), ("address", &self.address)]
        {
            let _ = writeln!(text, "{name}={}", one_line(value));
        }
        let _ = writeln!(text, "started_at={}", self.started_at);
        text + &self.end.map(End::text).unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let fields = Fields(text);
        Some(Self {
            boot: fields.get("boot")?.to_owned(),
            keeper: fields.process("keeper")?,
            instance: fields.process("instance")?,
            digest: fields.get("digest")?.to_owned(),
            release: fields.get("release").unwrap_or_default().to_owned(),
            address: fields.get("address")?.to_owned(),
            started_at: fields.number("started_at")?,
            end: fields.end(),
        })
    }
}

impl End {
    /// The text. Its last line is a mark; text without the mark was truncated and is invalid.
    fn text(self) -> String {
        let mut text = String::new();
        for (name, value) in [("exit_code", self.code), ("exit_signal", self.signal)] {
            if let Some(value) = value {
                let _ = writeln!(text, "{name}={value}");
            }
        }
        if let Some(bytes) = self.peak_memory {
            let _ = writeln!(text, "peak_memory={bytes}");
        }
        if let Some(Reached { limit, peak }) = self.out_of_memory {
            let _ = writeln!(text, "memory_limit={limit}");
            if let Some(peak) = peak {
                let _ = writeln!(text, "memory_reached={peak}");
            }
        }
        let _ = writeln!(text, "ended_at={}\nended=", self.at);
        text
    }
}

/// `name=value` lines.
struct Fields<'a>(&'a str);

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }

    fn number<N: FromStr>(&self, name: &str) -> Option<N> {
        self.get(name)?.parse().ok()
    }

    fn process(&self, name: &str) -> Option<ProcessKey> {
        let (pid, started) = self.get(name)?.split_once(' ')?;
        Some(ProcessKey { pid: pid.parse().ok()?, started: started.parse().ok()? })
    }

    fn end(&self) -> Option<End> {
        self.get("ended")?;
        Some(End {
            code: self.number("exit_code"),
            signal: self.number("exit_signal"),
            at: self.number("ended_at")?,
            peak_memory: self.number("peak_memory"),
            out_of_memory: self
                .number("memory_limit")
                .map(|limit| Reached { limit, peak: self.number("memory_reached") }),
        })
    }
}

#[cfg(test)]
mod tests;
