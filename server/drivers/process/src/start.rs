//! The start of an instance: what can be known beforehand is checked, then a keeper is asked.

use std::fs;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use control_plane::ports::driver::{DriverError, InstanceSpec, Release};
use keeper::protocol::{Refusal, Reply, Request};
use nix::unistd::{AccessFlags, access};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::blocking::blocking;
use crate::fault::{away, storage};
use crate::folder::{self, RunFolder};
use crate::groups::Groups;
use crate::held::Held;

/// A keeper answers within milliseconds; one that takes longer waits for a disk that does not answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(15);
const DOING: &str = "starting the keeper of the instance";

/// The program to run. An image is for another driver.
pub(crate) fn program(release: &Release) -> Result<&Path, DriverError> {
    match release {
        Release::Program(path) => Ok(path),
        Release::Image(_) => Err(refused(release)("processes are started from programs")),
    }
}

fn refused<E: ToString>(release: &Release) -> impl FnOnce(E) -> DriverError {
    let release = release.clone();
    move |reason| DriverError::Release { release, reason: reason.to_string() }
}

/// Refuses a program that cannot be run, before anything is stopped for it.
pub(crate) fn check_program(program: &Path) -> Result<(), DriverError> {
    let release = Release::Program(program.to_owned());
    let metadata = fs::metadata(program).map_err(refused(&release))?;
    if !metadata.is_file() {
        return Err(refused(&release)("it is not a file"));
    }
    access(program, AccessFlags::X_OK).map_err(|errno| refused(&release)(io::Error::from(errno)))?;
    let mut begins = [0; 4];
    let read = fs::File::open(program).and_then(|mut file| file.read_exact(&mut begins));
    // An executable file that is neither would be handed to the shell.
    if read.is_ok() && (begins == *b"\x7fELF" || begins.starts_with(b"#!")) {
        return Ok(());
    }
    Err(refused(&release)("it is neither a program for this system nor a script that names its interpreter"))
}

/// Makes the folders that an instance needs.
pub(crate) fn prepare(folder: &RunFolder, media_dir: &Path) -> Result<(), DriverError> {
    folder.create()?;
    folder::create(media_dir)
}

/// Starts a keeper with an instance. Returns when the instance's process exists and the record is written.
pub(crate) async fn start(
    keeper: &Path,
    folder: &RunFolder,
    groups: Option<&Groups>,
    spec: &InstanceSpec,
) -> Result<(), DriverError> {
    let (checked, media_dir, limits) = (folder.clone(), spec.media.folder()?.to_owned(), spec.limits);
    let groups = groups.cloned();
    let prepared = blocking(DOING, move || {
        prepare(&checked, &media_dir)?;
        Held::prepare(&checked, groups.as_ref(), &limits).map_err(storage(checked.path()))
    });
    let request = Zeroizing::new(request(folder, &prepared.await?, spec)?.encode());
    let child = Command::new(keeper)
        .arg("keep")
        .arg(folder.path())
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|fault| DriverError::Away {
            doing: DOING,
            reason: format!("{}: {fault}", keeper.display()),
        })?;
    match ask(child, &request).await? {
        Reply::Started => Ok(()),
        Reply::Refused(Refusal::Program(reason)) => Err(refused(&spec.release)(reason)),
        Reply::Refused(Refusal::Storage(reason)) => {
            Err(DriverError::Storage { path: folder.path().to_owned(), reason })
        }
        Reply::Refused(refusal @ (Refusal::Busy | Refusal::Other(_))) => Err(away(DOING)(refusal)),
    }
}

/// Sends the request, reads the answer, and leaves the keeper to itself.
async fn ask(mut child: Child, request: &[u8]) -> Result<Reply, DriverError> {
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let answer = async {
        if let Some(mut stdin) = stdin {
            // A keeper that does not listen says why in its answer.
            let _ = stdin.write_all(request).await;
        }
        let mut line = String::new();
        if let Some(stdout) = stdout {
            BufReader::new(stdout).read_line(&mut line).await?;
        }
        Ok::<_, io::Error>(line)
    };
    let answer = timeout(ANSWER_PATIENCE, answer).await;
    if answer.is_err() {
        let _ = child.start_kill();
    }
    // It is our child as long as we live: somebody has to take its exit.
    tokio::spawn(async move { child.wait().await });
    let line = answer.map_err(|_| away(DOING)("it does not answer"))?.map_err(away(DOING))?;
    Ok(Reply::parse(&line))
}

/// Everything the keeper has to know. The whole spec is taken apart, so a new field cannot be forgotten here.
fn request(folder: &RunFolder, held: &Held, spec: &InstanceSpec) -> Result<Request, DriverError> {
    // its database's socket is on the same machine, for it as for us
    let InstanceSpec {
        key: _,
        digest,
        release,
        limits: _, // its groups hold it to them
        address,
        env,
        schema,
        media,
        database_socket: _,
        redact,
    } = spec;
    let mut env: Vec<_> =
        env.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect();
    let address = address.given()?;
    env.extend(own_env(address, &text(&schema.folder()?.join("schema.ts"))?, &text(media.folder()?)?));
    Ok(Request {
        digest: digest.clone(),
        address: address.to_string(),
        home: text(&folder.home())?,
        program: text(program(release)?)?,
        groups: held.groups.iter().map(|group| text(group)).collect::<Result<_, _>>()?,
        env,
        redact: redact.iter().map(|value| value.expose_secret().to_owned()).collect(),
    })
}

/// What the driver decides; the last of two equal names counts, so nothing of the spec overrides it.
fn own_env(address: SocketAddr, schema: &str, media: &str) -> [(String, String); 4] {
    [
        ("HOST".into(), address.ip().to_string()),
        ("PORT".into(), address.port().to_string()),
        ("ATOMO_SCHEMA_PATH".into(), schema.to_owned()),
        ("STORAGE_LOCAL_DIR".into(), media.to_owned()),
    ]
}

/// An absolute path as text: it goes into an environment that is text.
fn text(path: &Path) -> Result<String, DriverError> {
    let path = std::path::absolute(path).map_err(away(DOING))?;
    path.into_os_string().into_string().map_err(|path| DriverError::Away {
        doing: DOING,
        reason: format!("the path {} is not UTF-8", path.display()),
    })
}
