//! One start of the stand-in.

use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// Longer than any start on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of a start.
pub struct Outcome {
    /// What the server wrote when it refused to start; absent: it serves.
    pub error: Option<String>,
}

/// Starts the server with a file, waits until it serves or ends, and stops it.
pub async fn start(url: &str, schema: &str) -> Outcome {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("schema.ts"), schema).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_atomo-standin"))
        .env_clear()
        .envs([("DATABASE_URL", url), ("HOST", "127.0.0.1"), ("PORT", "0"), ("JWT_SECRET", "planted")])
        .envs([("NO_COLOR", "1"), ("DATABASE_POOL_MAX", "2")])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let serves = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("Server running at") {
                return true;
            }
        }
        false
    };
    if timeout(PATIENCE, serves).await.expect("the server neither serves nor ends") {
        child.kill().await.unwrap();
        return Outcome { error: None };
    }
    let mut error = String::new();
    child.stderr.take().unwrap().read_to_string(&mut error).await.unwrap();
    child.wait().await.unwrap();
    Outcome { error: Some(error) }
}
