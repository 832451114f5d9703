//! Streaming answers, line by line.

use std::time::Duration;

use reqwest::Response;

use crate::failure::Failure;

/// Maximum length of a line in bytes. A longer line is not of this API and ends the connection.
const LONGEST: usize = 8 * 1024 * 1024;

/// The lines of a streaming answer.
pub struct Lines {
    response: Response,
    server: String,
    silence: Option<Duration>,
    pending: Pending,
}

/// Received bytes that do not make a whole line yet.
#[derive(Default)]
struct Pending(Vec<u8>);

impl Pending {
    /// The next whole line without its line end. Invalid UTF-8 is replaced.
    fn line(&mut self) -> Option<String> {
        let end = self.0.iter().position(|byte| *byte == b'\n')?;
        let mut line: Vec<u8> = self.0.drain(..=end).collect();
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Some(String::from_utf8_lossy(&line).into_owned())
    }
}

impl Lines {
    /// Reads a response line by line.
    pub(super) fn new(response: Response, server: String, silence: Option<Duration>) -> Self {
        Self { response, server, silence, pending: Pending::default() }
    }

    /// The next line; `None` if the server ended the answer or sent nothing for too long.
    pub async fn next(&mut self) -> Result<Option<String>, Failure> {
        loop {
            if let Some(line) = self.pending.line() {
                return Ok(Some(line));
            }
            match self.chunk().await {
                Some(Ok(bytes)) if self.pending.0.len() < LONGEST => self.pending.0.extend(bytes),
                Some(Ok(_)) | None => return Ok(None),
                Some(Err(source)) => {
                    let server = self.server.clone();
                    return Err(Failure::Unreachable { server, source: source.without_url() });
                }
            }
        }
    }

    async fn chunk(&mut self) -> Option<reqwest::Result<Vec<u8>>> {
        let chunk = self.response.chunk();
        let read = match self.silence {
            Some(silence) => tokio::time::timeout(silence, chunk).await.ok()?,
            None => chunk.await,
        };
        read.map(|bytes| bytes.map(Into::into)).transpose()
    }
}

#[cfg(test)]
mod tests;
