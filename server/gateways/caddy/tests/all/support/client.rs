//! A client of the gateway that is not the gateway's own.

use std::sync::Arc;

use bytes::Bytes;
use control_plane::ports::gateway::{Gateway as _, RootCertificate};
use control_plane::testing::gateway::{Answer, Ask, Scheme};
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Fixture;

pub type Failed = Box<dyn std::error::Error + Send + Sync>;

pub async fn ask(fixture: &Fixture, ask: Ask) -> Result<Answer, Failed> {
    let address = fixture.address(ask.scheme);
    let method = if ask.body == 0 { Method::GET } else { Method::POST };
    let mut request = Request::builder().method(method).uri(&ask.path);
    request = request.header("host", format!("{}:{}", ask.host, address.port()));
    for (name, value) in &ask.headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(vec![b'x'; ask.body])))?;
    match ask.scheme {
        Scheme::Http => exchange(TcpStream::connect(address).await?, request).await,
        Scheme::Https => exchange(handshake(fixture, &ask.host).await?, request).await,
    }
}

/// A TLS connection under a name, with the certificate checked against the gateway's root.
pub async fn handshake(fixture: &Fixture, host: &str) -> Result<TlsStream<TcpStream>, Failed> {
    if fixture.gateway.root_certificate() == RootCertificate::Unknown {
        fixture.gateway.read_back().await?; // the table may be another value's
        fixture.gateway.probe().await?;
    }
    let RootCertificate::Internal(root) = fixture.gateway.root_certificate() else {
        return Err("the gateway has no root certificate".into());
    };
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(root.as_bytes())?)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(fixture.address(Scheme::Https)).await?;
    Ok(TlsConnector::from(Arc::new(config))
        .connect(ServerName::try_from(host.to_ascii_lowercase())?, stream)
        .await?)
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Failed>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = String::from_utf8(body.collect().await?.to_bytes().to_vec())?;
    driver.abort();
    let mut answer = Answer { status: head.status.as_u16(), headers: [].into(), body };
    for (name, value) in &head.headers {
        let before = answer.headers.insert(name.as_str().to_owned(), value.to_str()?.to_owned());
        assert!(before.is_none() || name != "x-request-id", "two request ids in one answer");
    }
    Ok(answer)
}
