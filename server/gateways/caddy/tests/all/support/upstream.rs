//! An instance, as far as a gateway can tell: it says its name and repeats the headers that it got; on
//! `Upgrade: echo` it returns every byte.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub async fn start(address: SocketAddr, name: String) -> JoinHandle<()> {
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(async move {
        let mut open = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            open.spawn(serve(stream, name.clone()));
        }
    })
}

async fn serve(stream: TcpStream, name: String) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let headers = head(&mut stream).await?;
        let length = headers.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).await.ok()?;
        if headers.iter().any(|line| line == "upgrade: echo") {
            return echo(stream).await;
        }
        let body = [name.clone()].into_iter().chain(headers).collect::<Vec<_>>().join("\n");
        let head =
            format!("HTTP/1.1 200 OK\r\nX-Request-Id: its-own\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
    }
}

/// The headers of a request, names in lower case; `None` when there is no further request.
async fn head(stream: &mut BufReader<TcpStream>) -> Option<Vec<String>> {
    let mut headers = Vec::new();
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
    loop {
        line.clear();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Some(headers) };
        headers.push(format!("{}: {}", name.to_ascii_lowercase(), value.trim()));
    }
}

async fn echo(mut stream: BufReader<TcpStream>) -> Option<()> {
    let head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
    stream.write_all(head.as_bytes()).await.ok()?;
    loop {
        let byte = stream.read_u8().await.ok()?;
        stream.write_all(&[byte]).await.ok()?;
    }
}
