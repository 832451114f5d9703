//! Hosts that do not answer: each error names what was tried.

use std::net::TcpListener;
use std::time::Duration;

use control_plane::ports::Failure as _;
use control_plane::ports::schema_source::{SchemaSource as _, SourceError};
use schemas_git::{AllowedFolders, GitLimits, GitSettings, GitSource, GitTimeouts};
use secrecy::SecretString;

use crate::repository::{Place, access};

/// A port where nobody listens.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn reason(outcome: Result<impl std::fmt::Debug, SourceError>) -> String {
    match outcome {
        Err(error @ SourceError::Unreachable { .. }) => {
            assert!(error.is_transient());
            error.problem().errors[0].message.clone()
        }
        other => panic!("not unreachable: {other:?}"),
    }
}

#[tokio::test]
async fn a_closed_port_is_named_with_what_was_tried() {
    let place = Place::new();
    for (scheme, tried) in [("https", "as git with a token"), ("ssh", "as git with an SSH key")] {
        let port = closed_port();
        let mut repo = access(&format!("{scheme}://127.0.0.1:{port}/schemas.git"));
        let told = reason(place.source().test(&repo).await);
        assert!(told.contains(&format!("127.0.0.1:{port} without a credential")), "{told}");

        repo.credential = Some(SecretString::from("planted-token"));
        let told = reason(place.source().test(&repo).await);
        assert!(told.contains(tried) && told.contains("refused"), "{told}");
        assert!(!told.contains("planted-token"), "{told}");
    }
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_unreachable() {
    let told = reason(Place::new().source().test(&access("https://host.invalid/schemas.git")).await);
    assert!(told.contains("host.invalid:443"), "{told}");
}

#[tokio::test]
async fn a_host_that_accepts_and_says_nothing_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let place = Place::new();
    let source = GitSource::new(GitSettings {
        cache_dir: place.cache(),
        allowed_folders: AllowedFolders::None,
        timeouts: GitTimeouts { connect: Duration::from_millis(300), stall: Duration::from_millis(300) },
        limits: GitLimits::default(),
    });
    for scheme in ["https", "ssh"] {
        let told = reason(source.test(&access(&format!("{scheme}://127.0.0.1:{port}/schemas.git"))).await);
        assert!(told.contains("nothing came back within 0.3 s"), "{told}");
    }
}
