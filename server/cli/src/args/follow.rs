//! Arguments that several commands share.

use std::time::Duration;

use clap::Args;

/// Whether to stay until an operation is over.
#[derive(Debug, Clone, Copy, Args)]
pub struct Follow {
    /// Show the steps as they happen, and end with the operation
    #[arg(long)]
    pub wait: bool,
    /// Seconds to wait at most; the operation goes on after them
    #[arg(long, value_name = "SECONDS", default_value_t = 300, requires = "wait")]
    pub timeout: u64,
}

impl Follow {
    /// The longest wait, when there is one.
    pub fn limit(self) -> Option<Duration> {
        self.wait.then(|| Duration::from_secs(self.timeout))
    }
}

/// Which part of a list.
#[derive(Debug, Clone, Args)]
pub struct Paging {
    /// Where to go on, as the end of the part before said
    #[arg(long)]
    pub cursor: Option<String>,
}
