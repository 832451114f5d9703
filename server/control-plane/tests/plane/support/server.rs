//! The server inside an instance of the tests: it answers as `atomo-server` does.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use model::ProjectId;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::ports::PortBlock;

/// Projects whose instance is not ready.
#[derive(Clone, Default)]
pub struct Slow(Arc<std::sync::Mutex<BTreeSet<ProjectId>>>);

impl Slow {
    /// From now on the project's instance is not ready, or it is.
    pub fn set(&self, id: &ProjectId, slow: bool) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slow {
            all.insert(id.clone())
        } else {
            all.remove(id)
        };
    }

    /// Whether the project's instance is not ready.
    fn has(&self, id: &ProjectId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}

/// A socket, and the block that its port is of, which is free no earlier.
pub struct Socket {
    listener: TcpListener,
    _ports: Arc<PortBlock>,
}

impl Socket {
    /// The socket, which keeps the block.
    pub fn new(listener: TcpListener, ports: &Arc<PortBlock>) -> Self {
        Self { listener, _ports: Arc::clone(ports) }
    }
}

/// Answers on this socket as the project's instance.
pub async fn serve(socket: Socket, id: ProjectId, slow: Slow) {
    while let Ok((stream, _)) = socket.listener.accept().await {
        tokio::spawn(answer(stream, !slow.has(&id)));
    }
}

async fn answer(mut stream: TcpStream, ready: bool) -> Option<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
    let request = String::from_utf8_lossy(&request);
    let status = if ready { "200 OK" } else { "503 Service Unavailable" };
    let body = match request.split(' ').nth(1)? {
        "/version" => r#"{"version": "0.9.0", "commit": "unknown", "standin": true}"#,
        "/meta/schema" => r#"{"models": {"Shop": {"fields": []}}}"#,
        _ => "{}",
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all((head + body).as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}
