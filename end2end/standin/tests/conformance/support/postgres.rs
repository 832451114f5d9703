//! A Postgres cluster per test: unix socket only, no fsync, gone afterwards.
//!
//! `initdb` runs once per machine and version; its result is kept beside the build and copied, which takes a tenth of the time.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nix::unistd::{Gid, Uid, User};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

use super::binaries;

const SUPERUSER_PASSWORD: &str = "super-secret";

/// A running cluster.
pub struct Cluster {
    tools: Tools,
    dir: TempDir,
}

/// The credentials of one project: a role that owns schema `public` but not the database.
pub struct Project {
    /// Role, database and password are derived from it.
    pub name: String,
    /// For the server under test.
    pub url: String,
}

impl Cluster {
    /// Copies the template and starts it.
    pub fn start() -> Self {
        let tools = Tools::find();
        let dir = tools.folder();
        copy(&tools.template(), &dir.path().join("data"));
        let cluster = Self { tools, dir };
        let options = format!(
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses='' \
             -c unix_socket_directories={} -p 5432",
            cluster.dir.path().display()
        );
        let log = cluster.dir.path().join("log");
        cluster.pg_ctl(&["-w", "-t", "30", "-l", log.to_str().unwrap(), "-o", &options, "start"]);
        cluster
    }

    /// Stops it, as an outage in the middle of a test.
    pub fn stop(&self) {
        self.pg_ctl(&["-m", "immediate", "stop"]);
    }

    /// The superuser's URL of a database.
    pub fn superuser_url(&self, database: &str) -> String {
        self.url("postgres", SUPERUSER_PASSWORD, database)
    }

    /// A new database and role.
    pub async fn project(&self, name: &str) -> Project {
        let password = format!("pw-{name}");
        let mut server = PgConnection::connect(&self.superuser_url("postgres")).await.unwrap();
        server.execute(&*format!("create role {name} login password '{password}'")).await.unwrap();
        server.execute(&*format!("create database {name}")).await.unwrap();
        let mut database = PgConnection::connect(&self.superuser_url(name)).await.unwrap();
        database.execute(&*format!("alter schema public owner to {name}")).await.unwrap();
        Project { name: name.to_owned(), url: self.url(name, &password, name) }
    }

    fn url(&self, user: &str, password: &str, database: &str) -> String {
        let dir = self.dir.path().display();
        format!("postgres://{user}:{password}@localhost/{database}?host={dir}&port=5432")
    }

    fn pg_ctl(&self, arguments: &[&str]) {
        let data = self.dir.path().join("data");
        self.tools.run("pg_ctl", &[&["-s", "-D", data.to_str().unwrap()], arguments].concat());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.dir.path().join("data/postmaster.pid").exists() {
            self.stop();
        }
    }
}

/// The binaries, and the account to run them as: Postgres refuses root.
struct Tools {
    bin: PathBuf,
    account: Option<(Uid, Gid)>,
}

impl Tools {
    fn find() -> Self {
        let account = Uid::effective().is_root().then(|| {
            let user = User::from_name("postgres").unwrap();
            let user =
                user.expect("as root the tests run Postgres as user `postgres`, which does not exist here");
            (user.uid, user.gid)
        });
        Self { bin: binaries::find(), account }
    }

    /// A short-lived folder that the account owns; short, because a socket's path has 107 bytes.
    fn folder(&self) -> TempDir {
        let dir = tempfile::Builder::new().prefix("standin-").tempdir_in("/tmp").unwrap();
        if let Some((uid, gid)) = self.account {
            chown(dir.path(), Some(uid.as_raw()), Some(gid.as_raw())).unwrap();
        }
        dir
    }

    /// An initialised data folder, made on first use. Whoever renames first wins; the content is the same.
    fn template(&self) -> PathBuf {
        let version = Command::new(self.bin.join("initdb")).arg("--version").output().unwrap().stdout;
        let version: String =
            String::from_utf8_lossy(&version).chars().filter(char::is_ascii_digit).collect();
        let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(home).unwrap();
        let template = home.join(format!("standin-pg-{version}"));
        if !template.exists() {
            let dir = self.folder();
            let (data, password) = (dir.path().join("data"), dir.path().join("password"));
            fs::write(&password, SUPERUSER_PASSWORD).unwrap();
            let password = format!("--pwfile={}", password.display());
            let locale = ["-N", "-E", "UTF8", "--locale=C.UTF-8"];
            let arguments =
                ["-D", data.to_str().unwrap(), "-U", "postgres", "-A", "scram-sha-256", &password];
            self.run("initdb", &[&arguments[..], &locale].concat());
            let own = tempfile::tempdir_in(home).unwrap();
            copy(&data, &own.path().join("data"));
            fs::rename(own.path().join("data"), &template).ok();
        }
        template
    }

    fn run(&self, name: &str, arguments: &[&str]) {
        let mut command = Command::new(self.bin.join(name));
        if let Some((uid, gid)) = self.account {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        // `status` and not `output`: the postmaster would inherit the pipe and keep it open
        let status = command.args(arguments).current_dir("/").stdout(Stdio::null()).status();
        let status = status.unwrap_or_else(|error| panic!("{name} of {}: {error}", self.bin.display()));
        assert!(status.success(), "{name} {arguments:?}: {status}");
    }
}

/// `cp` keeps owners and modes, which Postgres is strict about.
fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success(), "cp -a {} {}: {status}", from.display(), to.display());
}
