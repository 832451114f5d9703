//! Runs the program without the settings of the user who runs the tests.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::fake::Fake;

const DEADLINE: Duration = Duration::from_secs(30);

/// A user with an empty home folder.
pub struct Person {
    home: TempDir,
    token: Option<&'static str>,
    url: String,
}

/// The result of a run.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("not a document: {self:?}"))
    }
}

impl Person {
    /// With `ATOMO_FLEET_TOKEN` in the environment.
    pub fn with_token(fake: &Fake) -> Self {
        Self { token: Some("planted-token"), ..Self::without_token(&fake.url) }
    }

    pub fn without_token(url: &str) -> Self {
        Self { home: tempfile::tempdir().unwrap(), token: None, url: url.into() }
    }

    pub fn settings(&self) -> &Path {
        self.home.path()
    }

    pub async fn runs(&self, line: &str) -> Ran {
        self.types(line, "").await
    }

    /// Runs a command line with this standard input, which is not a terminal.
    pub async fn types(&self, line: &str, input: &str) -> Ran {
        let mut child = self.spawn(line);
        let mut stdin = child.stdin.take().unwrap();
        match stdin.write_all(input.as_bytes()).await {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {} // it ended before it read all of it
            done => done.unwrap(),
        }
        drop(stdin);
        let output = tokio::time::timeout(DEADLINE, child.wait_with_output()).await;
        let output = output.unwrap_or_else(|_| panic!("{line} did not end")).unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that does not end, until it has printed this number of lines.
    pub async fn reads(&self, line: &str, count: usize) -> Vec<String> {
        let mut child = self.spawn(line);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reading = async {
            let mut read = Vec::new();
            while read.len() < count {
                read.push(lines.next_line().await.unwrap().unwrap());
            }
            read
        };
        let read = tokio::time::timeout(DEADLINE, reading).await;
        child.kill().await.unwrap();
        read.unwrap_or_else(|_| panic!("{line} did not write {count} lines"))
    }

    fn spawn(&self, line: &str) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atomoctl"));
        command
            .args(line.split_whitespace())
            .env_clear()
            .env("XDG_CONFIG_HOME", self.home.path())
            .env("ATOMO_FLEET_URL", &self.url)
            .envs(self.token.map(|token| ("ATOMO_FLEET_TOKEN", token)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command.spawn().unwrap()
    }
}
