//! A way to the registry's server with a fuse in it. Everything that is committed there passes the fuse twice: before the server
//! has it, and before its answer is back. It is found by what the messages say, so no write can be forgotten.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use control_plane::registry::Registry;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::fuse::Fuse;
use super::relay::{Relay, Stream};
use super::running::Running;
use super::world::World;

impl World {
    /// A registry that is reached through the fuse.
    pub async fn registry_behind_fuse(&self) -> (Registry, Relay) {
        let fuse = self.fuse.clone();
        let server = self.database.options();
        let relay = Relay::begin(server, move |client, server| pass(client, server, fuse.clone())).await;
        self.database.registry().await.close().await;
        (Registry::connect(relay.options.clone()).await.unwrap(), relay)
    }

    /// A control plane at work. What it commits passes the fuse, as what it does to the world does everywhere.
    pub async fn start_behind_fuse(&self) -> Running {
        let (registry, relay) = self.registry_behind_fuse().await;
        Running::behind(relay, self.plane_over(registry, self.settings())).await
    }
}

/// What both directions of a connection know of it.
#[derive(Default)]
struct Session {
    in_transaction: AtomicBool,
    /// The message that is being answered commits something.
    commits: AtomicBool,
    /// The statement that was sent last and writes.
    last: Mutex<String>,
}

async fn pass(client: TcpStream, server: Box<dyn Stream>, fuse: Fuse) {
    let session = Session::default();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = tokio::io::split(server);
    // one that ends ends the other
    tokio::select! {
        _ = requests(BufReader::new(from_client), to_server, &session, &fuse) => {}
        _ = answers(BufReader::new(from_server), to_client, &session, &fuse) => {}
    }
}

/// Every message of the client.
async fn requests(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    session: &Session,
    fuse: &Fuse,
) -> io::Result<()> {
    let length = from.read_u32().await?; // the first message has no type
    to.write_all(&length.to_be_bytes()).await?;
    tokio::io::copy(&mut (&mut from).take(u64::from(length) - 4), &mut to).await?;
    let mut statements = Statements::default();
    loop {
        let message = Message::read(&mut from).await?;
        if statements.commits(&message, session) {
            let doing = session.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
            fuse.pass_at(&format!("before the commit of {doing}")).await;
            session.commits.store(true, Ordering::SeqCst);
        }
        to.write_all(&message.0).await?;
        to.flush().await?;
    }
}

/// Every message of the server. The answer to what commits is held back until all of it is there: then it is committed.
async fn answers(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    session: &Session,
    fuse: &Fuse,
) -> io::Result<()> {
    let mut held = Vec::new();
    loop {
        let message = Message::read(&mut from).await?;
        let ready = message.kind() == b'Z';
        held.extend_from_slice(&message.0);
        if ready {
            session.in_transaction.store(message.body() != b"I", Ordering::SeqCst);
            if session.commits.swap(false, Ordering::SeqCst) {
                let doing = session.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
                fuse.pass_at(&format!("after the commit of {doing}")).await;
            }
        }
        if ready || !session.commits.load(Ordering::SeqCst) {
            to.write_all(&held).await?;
            held.clear();
        }
    }
}

/// A message after the first one: its type, its length, its body.
struct Message(Vec<u8>);

impl Message {
    async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let (kind, length) = (from.read_u8().await?, from.read_u32().await?);
        let mut whole = vec![kind];
        whole.extend(length.to_be_bytes());
        whole.resize(1 + length as usize, 0);
        from.read_exact(&mut whole[5..]).await?;
        Ok(Self(whole))
    }

    fn kind(&self) -> u8 {
        self.0[0]
    }

    fn body(&self) -> &[u8] {
        &self.0[5..]
    }

    /// The first texts of the body, each of which ends with a zero.
    fn texts(&self) -> impl Iterator<Item = String> {
        self.body().split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned())
    }
}

/// The statements that the client has prepared, by name.
#[derive(Default)]
struct Statements {
    prepared: HashMap<String, String>,
    bound: String,
}

impl Statements {
    /// Whether the server commits something when it has this message.
    fn commits(&mut self, message: &Message, session: &Session) -> bool {
        let mut texts = message.texts();
        let mut next = || texts.next().unwrap_or_default();
        let statement = match message.kind() {
            b'Q' => next(),
            b'P' => {
                let (name, statement) = (next(), next());
                self.prepared.insert(name, statement);
                return false;
            }
            b'B' => {
                let (_portal, name) = (next(), next());
                self.bound = self.prepared.get(&name).cloned().unwrap_or_default();
                return false;
            }
            b'E' => self.bound.clone(),
            _ => return false,
        };
        let writes = writes(&statement);
        if writes {
            let words: Vec<&str> = statement.split_whitespace().take(12).collect();
            *session.last.lock().unwrap_or_else(PoisonError::into_inner) = words.join(" ");
        }
        if session.in_transaction.load(Ordering::SeqCst) {
            statement.eq_ignore_ascii_case("commit")
        } else {
            writes
        }
    }
}

/// Whether a statement changes rows.
fn writes(statement: &str) -> bool {
    let statement = statement.to_lowercase().replace("for update", "");
    let acts = ["insert into ", "update ", "delete from "];
    let begins = |text: &str| acts.iter().any(|act| text.starts_with(act));
    // inside of a `with`, each stands at the beginning of a line or behind a parenthesis
    statement.split(['\n', '(']).any(|part| begins(part.trim_start()))
}
