//! Certificates of the operator, in files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use control_plane::ports::gateway::{Applied, CertificateState, Gateway as _, RouteTable};
use control_plane::testing::conformance::gateway::{ANSWER, table};
use control_plane::testing::gateway::Ask;
use model::{CertificateSource, Hostname};
use tokio::time::Instant;

use crate::support::{Fixture, every_caddy};

const BLOG: &str = "blog.example.test";
const SHOP: &str = "shop.example.test";

fn two() -> RouteTable {
    table(&[("blog", BLOG, &[]), ("shop", SHOP, &[])])
}

/// A certificate for `name` with its key, signed by itself, under `file.crt` and `file.key`.
fn make(folder: &Path, file: &str, name: &str, days: &str) {
    fs::create_dir_all(folder).unwrap();
    let (key, certificate) = (folder.join(format!("{file}.key")), folder.join(format!("{file}.crt")));
    let output = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args([
            "-subj",
            "/CN=House authority",
            "-days",
            days,
            "-addext",
            &format!("subjectAltName=DNS:{name}"),
        ])
        .arg("-keyout")
        .arg(key)
        .arg("-out")
        .arg(certificate)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// One that ended long ago, which `openssl req` does not make.
fn make_ended(folder: &Path, name: &str) {
    make(folder, name, name, "90");
    let config = "[ca]\ndefault_ca = own\n[own]\ndatabase = index\nnew_certs_dir = .\nrand_serial = yes\n\
                  default_md = sha256\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n";
    let work = tempfile::tempdir().unwrap();
    fs::write(work.path().join("config"), config).unwrap();
    fs::write(work.path().join("index"), "").unwrap();
    let (key, certificate) = (folder.join(format!("{name}.key")), folder.join(format!("{name}.crt")));
    let run = |arguments: &[&str], files: &[(&str, &Path)]| {
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(work.path());
        for (flag, file) in files {
            command.arg(flag).arg(file);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let names = format!("subjectAltName=DNS:{name}");
    run(
        &["req", "-new", "-subj", "/CN=House authority", "-addext", &names, "-out", "request"],
        &[("-key", &key)],
    );
    let dates = ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"];
    let sign = ["ca", "-batch", "-selfsign", "-notext", "-config", "config", "-in", "request"];
    run(&[&sign[..], &dates].concat(), &[("-keyfile", &key), ("-out", &certificate)]);
}

struct World {
    fixture: Fixture,
    folder: PathBuf,
}

impl World {
    /// What is known of a name once it is known like this.
    async fn becomes(
        &self,
        host: &str,
        what: &str,
        is: impl Fn(&CertificateState) -> bool,
    ) -> CertificateState {
        let host: Hostname = host.parse().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let state = self.fixture.gateway.certificate(&host).await;
            if is(&state) {
                return state;
            }
            assert!(Instant::now() < deadline, "{host} is not {what}: {state:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn issued_by(&self, host: &str, issuer: &str) -> CertificateState {
        let is =
            |state: &CertificateState| state.seen.present().is_some_and(|seen| seen.issuer.contains(issuer));
        self.becomes(host, &format!("signed by {issuer}"), is).await
    }

    async fn reached(&self, host: &str) -> u16 {
        let (id, host) = (host.split('.').next().unwrap().parse().unwrap(), host.parse().unwrap());
        self.fixture.gateway.reach(&id, Some(&host), "/", ANSWER).await.unwrap().status
    }
}

async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let folder = fixture.certificates();
        worlds.push(World { fixture, folder });
    }
    worlds
}

#[tokio::test]
async fn files_are_served_replaced_and_taken_away_without_a_restart() {
    for world in worlds().await {
        let gateway = &world.fixture.gateway;
        gateway.apply(&two()).await.unwrap();
        let state = world.issued_by(BLOG, "Caddy Local Authority").await;
        assert_eq!((state.source, state.fault), (CertificateSource::Internal, None));
        let told =
            async || gateway.probe().await.unwrap().missing.iter().any(|it| it.contains("cannot be opened"));
        assert!(told().await, "the folder is not there");

        make(&world.folder, BLOG, BLOG, "90");
        assert_eq!(gateway.apply(&two()).await.unwrap().applied, Applied::Changed);
        let state = world.issued_by(BLOG, "House authority").await;
        assert_eq!((state.source, state.fault), (CertificateSource::Own, None));
        let first = state.seen.present().unwrap().not_after;
        assert!(!told().await);
        assert_eq!(world.reached(BLOG).await, 503, "it is believed: it is the operator's own");
        assert_eq!(gateway.apply(&two()).await.unwrap().applied, Applied::Unchanged);

        make(&world.folder, BLOG, BLOG, "30");
        assert_eq!(
            gateway.apply(&two()).await.unwrap().applied,
            Applied::Changed,
            "the same names, another content"
        );
        let sooner =
            |state: &CertificateState| state.seen.present().is_some_and(|seen| seen.not_after < first);
        world.becomes(BLOG, "the new one", sooner).await;

        fs::remove_file(world.folder.join(format!("{BLOG}.crt"))).unwrap();
        fs::remove_file(world.folder.join(format!("{BLOG}.key"))).unwrap();
        gateway.apply(&two()).await.unwrap();
        let state = world.issued_by(BLOG, "Caddy Local Authority").await;
        assert_eq!((state.source, state.fault), (CertificateSource::Internal, None));
        assert_eq!(
            world.fixture.answer(Ask::https(SHOP, "/")).await.status,
            503,
            "the other name was never gone"
        );
    }
}

#[tokio::test]
async fn every_name_may_have_files_and_a_wildcard_counts() {
    for world in worlds().await {
        make(&world.folder, BLOG, "*.example.test", "90");
        make(&world.folder, SHOP, SHOP, "90");
        world.fixture.gateway.apply(&two()).await.unwrap();
        for host in [BLOG, SHOP] {
            assert_eq!(world.issued_by(host, "House authority").await.source, CertificateSource::Own);
            assert_eq!(world.reached(host).await, 503);
        }
    }
}

/// A fault, and the words that its name is told with.
type Plant = (&'static str, fn(&Path), &'static [&'static str]);

const FAULTS: [Plant; 7] = [
    (
        "no key",
        |folder| {
            make(folder, BLOG, BLOG, "90");
            fs::remove_file(folder.join(format!("{BLOG}.key"))).unwrap();
        },
        &["blog.example.test.key is missing"],
    ),
    (
        "another key",
        |folder| {
            make(folder, BLOG, BLOG, "90");
            make(folder, "other", BLOG, "90");
            fs::copy(folder.join("other.key"), folder.join(format!("{BLOG}.key"))).unwrap();
        },
        &["blog.example.test.key is not the key of", "Replace one of the two"],
    ),
    (
        "another name",
        |folder| make(folder, BLOG, SHOP, "90"),
        &["blog.example.test.crt is not for blog.example.test"],
    ),
    (
        "it ended",
        |folder| make_ended(folder, BLOG),
        &["blog.example.test.crt ended on 2020-01-02", "Put a new one there"],
    ),
    (
        "it cannot be read",
        |folder| {
            make(folder, BLOG, BLOG, "90");
            fs::remove_file(folder.join(format!("{BLOG}.crt"))).unwrap();
            fs::create_dir(folder.join(format!("{BLOG}.crt"))).unwrap();
        },
        &["blog.example.test.crt cannot be read", "has to be able to read it"],
    ),
    (
        "no certificate in it",
        |folder| {
            make(folder, BLOG, BLOG, "90");
            fs::write(folder.join(format!("{BLOG}.crt")), "hello").unwrap();
        },
        &["blog.example.test.crt holds no certificate in PEM"],
    ),
    (
        "no key in it",
        |folder| {
            make(folder, BLOG, BLOG, "90");
            fs::write(folder.join(format!("{BLOG}.key")), "hello").unwrap();
        },
        &["blog.example.test.key holds no private key", "without a pass phrase"],
    ),
];

#[tokio::test]
async fn a_fault_in_the_files_of_one_name_is_its_own_and_takes_nothing_off_the_air() {
    for world in worlds().await {
        let gateway = &world.fixture.gateway;
        make(&world.folder, SHOP, SHOP, "90");
        for (what, plant, words) in FAULTS {
            plant(&world.folder);
            gateway.apply(&two()).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            let state = world.issued_by(BLOG, "Caddy Local Authority").await;
            let fault = state.fault.unwrap_or_else(|| panic!("{what} is told"));
            for word in words {
                assert!(fault.contains(word), "{what}: {fault}");
            }
            assert!(fault.contains("a certificate of the gateway's issuer"), "{fault}");
            assert_eq!(world.reached(BLOG).await, 503, "{what}: it is served all the same");
            assert_eq!(world.issued_by(SHOP, "House authority").await.fault, None, "{what}");
            for ending in ["crt", "key"] {
                let path = world.folder.join(format!("{BLOG}.{ending}"));
                let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir(&path));
            }
        }
        make(&world.folder, BLOG, BLOG, "90");
        gateway.apply(&two()).await.unwrap();
        assert_eq!(
            world.issued_by(BLOG, "House authority").await.fault,
            None,
            "the way out is the one that is told"
        );
    }
}

#[tokio::test]
async fn no_key_is_in_the_configuration() {
    for world in worlds().await {
        make(&world.folder, BLOG, BLOG, "90");
        world.fixture.gateway.apply(&two()).await.unwrap();
        let path = "/config/";
        let (_, config) = crate::support::admin::send(
            &world.fixture.admin,
            http::Method::GET,
            path,
            &serde_json::Value::Null,
        )
        .await;
        let text = config.to_string();
        assert!(text.contains(&format!("{BLOG}.key")) && !text.contains("PRIVATE KEY"), "{text}");
    }
}
