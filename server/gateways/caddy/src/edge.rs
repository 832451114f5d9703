//! The gateway from outside, as a client sees it. What answers may be an instance that runs anybody's code: only the
//! status of an answer is used, its body is never read, redirects are not followed, and its head is bounded.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use control_plane::ports::gateway::{GatewayError, Reached};
use http::Request;
use http::header::HOST;
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use model::{CertificateSeen, Hostname, Observed, ProjectId};
use rustls::ClientConfig;
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::certificate;
use crate::connection::AbortOnDrop;
use crate::trust::{self, Shown, Trust, TrustError};

const HANDSHAKE: Duration = Duration::from_secs(5);
/// The largest head of an answer in bytes, and the most header fields in it.
const MAX_HEAD: usize = 64 * 1024;
const MAX_FIELDS: usize = 100;

/// Where the gateway can be asked from this machine.
#[derive(Debug)]
pub(crate) struct Edge {
    http: SocketAddr,
    https: SocketAddr,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
enum EdgeError {
    #[error("{address} cannot be reached: {source}")]
    Connect { address: SocketAddr, source: std::io::Error },
    #[error("no TLS handshake: {0}")]
    Handshake(std::io::Error),
    #[error("{0}")]
    Trust(#[from] TrustError),
    #[error("this name cannot stand in a certificate: {0}")]
    Name(#[from] InvalidDnsNameError),
    #[error("this cannot be asked: {0}")]
    Request(#[from] http::Error),
    #[error("no answer: {0}")]
    Answer(#[from] hyper::Error),
    #[error("no answer within {0:?}")]
    Silent(Duration),
}

impl Edge {
    pub(crate) fn new(http: SocketAddr, https: SocketAddr) -> Self {
        Self { http: dialable(http), https: dialable(https) }
    }

    /// Asks under a name, with the certificate checked.
    pub(crate) async fn https(
        &self,
        host: &Hostname,
        path: &str,
        trust: &Trust,
        within: Duration,
    ) -> Result<Reached, GatewayError> {
        let authority = with_port(host.as_str(), self.https.port(), 443);
        let url = format!("https://{authority}{path}");
        let asking = async {
            let stream = self.handshake(host, trust::client(trust)?).await?;
            let request = Request::get(path).header(HOST, &authority).body(Empty::new())?;
            status(stream, request).await
        };
        reached(url, within, asking).await
    }

    /// Asks by the header, under the address itself, which is nobody's name.
    pub(crate) async fn http(
        &self,
        id: &ProjectId,
        path: &str,
        within: Duration,
    ) -> Result<Reached, GatewayError> {
        let authority = with_port(&self.http.ip().to_string(), self.http.port(), 80);
        let url = format!("http://{authority}{path}");
        let asking = async {
            let stream = connect(self.http).await?;
            let request = Request::get(path).header(HOST, &authority).header("X-Atomo-Project", id.as_str());
            status(stream, request.body(Empty::new())?).await
        };
        reached(url, within, asking).await
    }

    /// The certificate of a name, whoever signed it. Absent when the gateway answers and refuses the name; unknown when it
    /// does not answer.
    pub(crate) async fn certificate(&self, host: &Hostname) -> Observed<CertificateSeen> {
        let shown = Shown::new();
        let asking = async { self.handshake(host, trust::onlooker(Arc::clone(&shown))?).await };
        match tokio::time::timeout(HANDSHAKE, asking).await {
            Ok(Ok(_)) => {
                let leaf = shown.take();
                leaf.and_then(|leaf| certificate::read(&leaf)).map_or(Observed::Unknown, Observed::Present)
            }
            Ok(Err(EdgeError::Handshake(error))) if is_refusal(&error) => Observed::Absent,
            Ok(Err(_)) | Err(_) => Observed::Unknown,
        }
    }

    async fn handshake(
        &self,
        host: &Hostname,
        client: ClientConfig,
    ) -> Result<TlsStream<TcpStream>, EdgeError> {
        let connector = TlsConnector::from(Arc::new(client));
        let name = ServerName::try_from(host.as_str().to_owned())?;
        let stream = connect(self.https).await?;
        connector.connect(name, stream).await.map_err(EdgeError::Handshake)
    }
}

/// Whether the other side spoke TLS and said no, rather than going away.
fn is_refusal(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

async fn reached(
    url: String,
    within: Duration,
    asking: impl Future<Output = Result<u16, EdgeError>>,
) -> Result<Reached, GatewayError> {
    let answer = tokio::time::timeout(within, asking).await.unwrap_or(Err(EdgeError::Silent(within)));
    match answer {
        Ok(status) => Ok(Reached { status, url }),
        Err(error) => Err(GatewayError::Unreachable { url, reason: error.to_string() }),
    }
}

async fn connect(address: SocketAddr) -> Result<TcpStream, EdgeError> {
    TcpStream::connect(address).await.map_err(|source| EdgeError::Connect { address, source })
}

/// The status of the answer. The connection is closed as soon as the head was read.
async fn status<S>(stream: S, request: Request<Empty<Bytes>>) -> Result<u16, EdgeError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut client = http1::Builder::new();
    client.max_buf_size(MAX_HEAD).max_headers(MAX_FIELDS);
    let (mut sender, connection) = client.handshake(TokioIo::new(stream)).await?;
    let driver = AbortOnDrop(tokio::spawn(connection));
    let answer = sender.send_request(request).await?;
    let status = answer.status().as_u16();
    drop(driver);
    Ok(status)
}

/// An address to listen on everywhere is asked on loopback. IPv4, also for `[::]`, which hears it: a machine may have
/// IPv6 without an address of it on its loopback.
fn dialable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    address
}

fn with_port(host: &str, port: u16, usual: u16) -> String {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    if port == usual { host } else { format!("{host}:{port}") }
}
