//! A relay in front of the registry's server, on the loopback: a test decides what becomes of what passes there.

use std::future::Future;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

/// A connection to the server.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A relay that runs. All of its connections end when it is dropped.
pub struct Relay {
    /// How to connect to the server through it.
    pub options: PgConnectOptions,
    task: AbortOnDropHandle<()>,
}

impl Relay {
    /// A relay in front of this server. `carry` gets both ends of each connection, which lasts until it returns.
    pub async fn begin<F>(
        server: PgConnectOptions,
        carry: impl Fn(TcpStream, Box<dyn Stream>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let options = through(&server, listener.local_addr().unwrap().port());
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (client, _) = accepted.unwrap();
                        client.set_nodelay(true).unwrap(); // messages are small and each one is waited for
                        connections.spawn(carry(client, connect(&server).await));
                    }
                    Some(_) = connections.join_next() => {}
                }
            }
        });
        Self { options, task: AbortOnDropHandle::new(task) }
    }

    /// Accepts no connection any more and ends all that there are.
    pub async fn cut(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// The options of the server, by way of this port of the loopback.
fn through(server: &PgConnectOptions, port: u16) -> PgConnectOptions {
    let options = PgConnectOptions::new()
        .host("127.0.0.1")
        .port(port)
        .username(server.get_username())
        .database(server.get_database().unwrap())
        .ssl_mode(PgSslMode::Disable)
        .disable_statement_logging();
    match server.to_url_lossy().password() {
        Some(password) => options.password(password),
        None => options,
    }
}

async fn connect(server: &PgConnectOptions) -> Box<dyn Stream> {
    let folder = server.get_socket().map(|folder| folder.display().to_string());
    let host = folder.unwrap_or_else(|| server.get_host().to_owned());
    if host.starts_with('/') {
        Box::new(UnixStream::connect(format!("{host}/.s.PGSQL.{}", server.get_port())).await.unwrap())
    } else {
        let stream = TcpStream::connect((host, server.get_port())).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Box::new(stream)
    }
}
