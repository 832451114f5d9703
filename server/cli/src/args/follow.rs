//! Arguments shared by several commands.

use std::time::Duration;

use clap::Args;

/// Whether to wait for the operation.
#[derive(Debug, Clone, Copy, Args)]
pub struct Follow {
    /// Show the steps as they happen; exit when the operation ends
    #[arg(long)]
    pub wait: bool,
    /// Maximum wait in seconds; the operation continues afterwards
    #[arg(long, value_name = "SECONDS", default_value_t = 300, requires = "wait")]
    pub timeout: u64,
}

impl Follow {
    /// The maximum wait; `None` without a limit.
    pub fn limit(self) -> Option<Duration> {
        self.wait.then(|| Duration::from_secs(self.timeout))
    }
}

/// The page of a list.
#[derive(Debug, Clone, Args)]
pub struct Paging {
    /// Cursor of the page, as printed below the previous page
    #[arg(long)]
    pub cursor: Option<String>,
}
