//! An `https` server with credentials and a CA of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use control_plane::ports::Failure as _;
use control_plane::ports::schema_source::{RepoAccess, SchemaSource as _, SourceError};
use model::CommitSha;
use secrecy::SecretString;

use crate::repository::{Place, access, one_file};

const TOKEN: &str = "planted-right-token";

struct Server {
    place: Place,
    commit: CommitSha,
    child: Child,
    port: u16,
    ca: String,
    certificate: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        assert!(ended.is_ok(), "the server could not be ended: {ended:?}");
    }
}

impl Server {
    fn start() -> Self {
        let place = Place::new();
        let commit = place.commit("one", &one_file("over https"));
        let dir = place.dir.path();
        make_certificates(dir);
        let mut child = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real/git_https.py"))
            .args([dir.join("repos"), dir.join("host.pem"), dir.join("host.key")])
            .args(["bob", TOKEN])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let read = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
        let (ca, certificate) = (read("ca.pem"), read("host.pem"));
        Self { commit, port: line.trim().parse().unwrap(), ca, certificate, child, place }
    }

    fn repo(&self, path: &str) -> RepoAccess {
        RepoAccess {
            username: Some("bob".into()),
            credential: Some(SecretString::from(TOKEN)),
            host_key: Some(self.ca.clone()),
            ..access(&format!("https://127.0.0.1:{}{path}", self.port))
        }
    }

    async fn read(&self, repo: &RepoAccess) -> Result<String, SourceError> {
        let file = self.place.source().read(repo, &"schema.ts".parse().unwrap(), &self.commit).await;
        file.map(|file| file.text)
    }
}

/// A CA, and a certificate of it for 127.0.0.1 only.
fn make_certificates(dir: &Path) {
    let new_key =
        ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
    let ca = ["-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem"];
    openssl(dir, &[&new_key[..], &ca].concat());
    let signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "host.key", "-out", "host.pem"];
    let name = [
        "-subj",
        "/CN=git",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    ];
    openssl(dir, &[&new_key[..], &signed, &name].concat());
}

fn openssl(dir: &Path, arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn refused(outcome: Result<String, SourceError>) -> String {
    match outcome {
        Err(error @ SourceError::Refused { .. }) => {
            assert!(!error.is_transient());
            error.problem().errors[0].message.clone()
        }
        other => panic!("not refused: {other:?}"),
    }
}

fn not_allowed(outcome: Result<String, SourceError>) -> String {
    match outcome {
        Err(SourceError::NotAllowed { reason, .. }) => reason,
        other => panic!("allowed: {other:?}"),
    }
}

#[tokio::test]
async fn a_registered_credential_and_a_pinned_ca_open_the_repository() {
    let server = Server::start();
    let repo = server.repo("/schemas.git");
    assert_eq!(server.read(&repo).await.unwrap(), "over https");
    let info = server.place.source().test(&repo).await.unwrap();
    assert_eq!((info.default_branch.as_deref(), info.head.as_ref()), (Some("main"), Some(&server.commit)));

    let itself = RepoAccess { host_key: Some(server.certificate.clone()), ..repo };
    server.place.source().test(&itself).await.unwrap();
}

#[tokio::test]
async fn wrong_and_missing_credentials_are_refused_with_what_was_tried() {
    let server = Server::start();
    let wrong = RepoAccess {
        credential: Some(SecretString::from("planted-wrong-token")),
        ..server.repo("/schemas.git")
    };
    let told = refused(server.read(&wrong).await);
    assert!(told.ends_with("refuses access: as bob with a token."), "{told}");
    let none = RepoAccess { credential: None, ..server.repo("/schemas.git") };
    let told = refused(server.read(&none).await);
    assert!(told.ends_with("refuses access: without a credential."), "{told}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_believed() {
    let server = Server::start();
    let unpinned = RepoAccess { host_key: None, ..server.repo("/schemas.git") };
    let told = not_allowed(server.read(&unpinned).await);
    assert!(told.contains("does not trust") && told.contains("PEM of its CA"), "{told}");

    let other = Server::start();
    let foreign = RepoAccess { host_key: Some(other.ca.clone()), ..server.repo("/schemas.git") };
    let told = not_allowed(server.read(&foreign).await);
    assert!(told.contains("does not vouch for"), "{told}");

    let url = format!("https://localhost:{}/schemas.git", server.port);
    let misnamed = RepoAccess { url: url.parse().unwrap(), ..server.repo("/schemas.git") };
    let told = not_allowed(server.read(&misnamed).await);
    assert!(told.contains("localhost"), "a certificate for another name: {told}");
}

#[tokio::test]
async fn a_repository_that_is_not_there_is_unreachable() {
    let server = Server::start();
    for path in ["/hidden/schemas.git", "/absent.git"] {
        let outcome = server.read(&server.repo(path)).await;
        let Err(SourceError::Unreachable { reason, .. }) = &outcome else { panic!("{path}: {outcome:?}") };
        assert!(reason.contains("no such repository") && reason.contains("as bob with a token"), "{reason}");
    }
}

#[tokio::test]
async fn a_credential_does_not_follow_a_redirect_to_another_host() {
    let server = Server::start();
    let told = not_allowed(server.read(&server.repo("/moved/schemas.git")).await);
    assert!(told.contains("redirects to localhost"), "{told}");
}
