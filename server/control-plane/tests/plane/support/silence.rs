//! A way to the registry's server on which everything can fall silent: connections stay open and nothing arrives, as behind a
//! firewall that forgot them. New ones work.

use std::sync::Arc;

use control_plane::registry::Registry;
use sqlx::ConnectOptions as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use super::running::Running;
use super::world::World;

/// Connections that began before the present count are silent.
#[derive(Clone)]
pub struct Silence(Arc<watch::Sender<u32>>);

impl Silence {
    /// All connections of this moment fall silent.
    pub fn fall(&self) {
        self.0.send_modify(|count| *count += 1);
    }
}

impl World {
    /// A control plane at work whose connections to the registry can fall silent. It sweeps once a second.
    pub async fn start_behind_silence(&self) -> (Running, Silence) {
        let server = self.database.options();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let silence = Silence(Arc::default());
        tokio::spawn(accept(listener, server.clone(), silence.clone()));
        let mut options = sqlx::postgres::PgConnectOptions::new()
            .host("127.0.0.1")
            .port(port)
            .username(server.get_username())
            .database(server.get_database().unwrap())
            .ssl_mode(sqlx::postgres::PgSslMode::Disable)
            .disable_statement_logging();
        if let Some(password) = server.to_url_lossy().password() {
            options = options.password(password);
        }
        self.database.registry().await.close().await;
        let registry = Registry::connect(options).await.unwrap();
        let mut settings = self.settings();
        settings.sweep = std::time::Duration::from_secs(1);
        (Running::begin(self.plane_over(registry, settings)).await, silence)
    }
}

async fn accept(listener: TcpListener, server: sqlx::postgres::PgConnectOptions, silence: Silence) {
    while let Ok((client, _)) = listener.accept().await {
        let (server, silence) = (server.clone(), silence.clone());
        tokio::spawn(async move {
            let folder = server.get_socket().map(|folder| folder.display().to_string());
            let host = folder.unwrap_or_else(|| server.get_host().to_owned());
            if host.starts_with('/') {
                let path = format!("{host}/.s.PGSQL.{}", server.get_port());
                pass(client, UnixStream::connect(path).await.unwrap(), silence).await;
            } else {
                pass(client, TcpStream::connect((host, server.get_port())).await.unwrap(), silence).await;
            }
        });
    }
}

async fn pass<S>(client: TcpStream, server: S, silence: Silence)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = tokio::io::split(server);
    tokio::join!(copy(from_client, to_server, silence.clone()), copy(from_server, to_client, silence));
}

async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, silence: Silence) {
    let mut count = silence.0.subscribe();
    let (begun, mut buffer) = (*count.borrow_and_update(), vec![0; 16 * 1024]);
    loop {
        tokio::select! {
            read = from.read(&mut buffer) => match read {
                Ok(length) if length > 0 && to.write_all(&buffer[..length]).await.is_ok() => {}
                _ => break,
            },
            () = async { let _ = count.wait_for(|now| *now != begun).await; } => std::future::pending::<()>().await,
        }
    }
    let _ = to.shutdown().await;
}
