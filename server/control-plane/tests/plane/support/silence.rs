//! A way to the registry's server on which everything can fall silent: connections stay open and nothing arrives, as behind a
//! firewall that forgot them. New ones work.

use std::sync::Arc;

use control_plane::registry::Registry;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::relay::{Relay, Stream};
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
        let silence = Silence(Arc::default());
        let relay = Relay::begin(self.database.options(), {
            let silence = silence.clone();
            move |client, server| pass(client, server, silence.clone())
        });
        let relay = relay.await;
        self.database.registry().await.close().await;
        let registry = Registry::connect(relay.options.clone()).await.unwrap();
        let mut settings = self.settings();
        settings.sweep = std::time::Duration::from_secs(1);
        (Running::behind(relay, self.plane_over(registry, settings)).await, silence)
    }
}

async fn pass(client: TcpStream, server: Box<dyn Stream>, silence: Silence) {
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
