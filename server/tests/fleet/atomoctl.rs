//! atomoctl against a real fleet.

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::world::{EMAIL, GOOD, PASSWORD, World};

/// The result of a run.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// A user at a terminal.
struct Terminal {
    home: tempfile::TempDir,
    url: String,
    token: Option<String>,
}

impl Terminal {
    fn of(world: &mut World) -> Self {
        Self { token: Some(world.token()), ..Self::stranger(world) }
    }

    fn stranger(world: &World) -> Self {
        let url = format!("http://127.0.0.1:{}", world.listen);
        Self { home: tempfile::tempdir().unwrap(), url, token: None }
    }

    fn runs(&self, line: &str) -> Ran {
        self.types(line, "")
    }

    fn types(&self, line: &str, input: &str) -> Ran {
        let program = Path::new(env!("CARGO_BIN_EXE_atomo-fleet")).with_file_name("atomoctl");
        assert!(program.is_file(), "{} is not built: scripts/build builds it", program.display());
        let mut command = Command::new(program);
        command.args(line.split_whitespace()).env_clear().env("ATOMO_FLEET_URL", &self.url);
        command.env("XDG_CONFIG_HOME", self.home.path());
        command.envs(self.token.iter().map(|token| ("ATOMO_FLEET_TOKEN", token)));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        match child.stdin.take().unwrap().write_all(input.as_bytes()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {} // it ended before it read all of it
            done => done.unwrap(),
        }
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A create of this project at this commit.
fn create(world: &World, id: &str, commit: &str) -> String {
    let repo = &world.portfolio.url;
    format!("project create {id} --hostname {id}.localhost --repo {repo} --path {GOOD} --ref {commit} --wait")
}

#[test]
fn a_project_from_its_create_to_its_delete() {
    let mut world = World::started();
    let terminal = Terminal::of(&mut world);

    let created = terminal.runs(&create(&world, "acme", &world.portfolio.good));

    assert_eq!(created.code, 0, "{created:?}");
    assert!(created.out.contains(&format!("https://acme.localhost:{}", world.https)), "{created:?}");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
    let set = terminal.types("secret set acme MAIL_KEY", "planted-3b1e\n");
    assert!(set.code == 0 && !set.out.contains("planted") && !set.err.contains("planted"), "{set:?}");
    let edited = terminal.runs("project edit acme --env-secret MAIL_KEY=MAIL_KEY --wait");
    assert_eq!(edited.code, 0, "{edited:?}");
    let pid = world.project("acme")["observed"]["instance"]["value"]["pid"].as_u64().unwrap();
    let environ = std::fs::read_to_string(format!("/proc/{pid}/environ")).unwrap();
    assert!(
        environ.split('\0').any(|variable| variable == "MAIL_KEY=planted-3b1e"),
        "the line end is not part of it"
    );
    let listed = terminal.runs("project list");
    assert!(listed.code == 0 && listed.out.contains("acme.localhost"), "{listed:?}");
    let logs = terminal.runs("project logs acme --tail 5");
    assert!(logs.code == 0 && !logs.out.is_empty(), "{logs:?}");

    let gone = terminal.runs("project delete acme --confirm acme --wait");

    assert_eq!(gone.code, 0, "{gone:?}");
    assert_eq!(terminal.runs("project show acme").code, 4);
    assert!(terminal.runs("retained list").out.contains("acme"), "its database is retained");
    assert_eq!(terminal.runs("audit verify").code, 0);
}

#[test]
fn a_branch_is_refused_with_the_commit_that_it_names_and_that_commit_is_taken() {
    let mut world = World::started();
    let terminal = Terminal::of(&mut world);

    let refused = terminal.runs(&format!("{} --json", create(&world, "acme", "main")));

    assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{refused:?}");
    let problem: Value = serde_json::from_str(&refused.err).unwrap();
    let fault = &problem["errors"][0];
    assert_eq!(fault["field"], "schema_ref.ref", "{problem:#}");
    assert_eq!(fault["suggestion"], world.portfolio.good.as_str());
    assert_eq!(terminal.runs("project list --json").out.trim(), r#"{"items":[],"next_cursor":null}"#);
    let created = terminal.runs(&create(&world, "acme", fault["suggestion"].as_str().unwrap()));
    assert_eq!(created.code, 0, "{created:?}");
    let again = terminal.runs(&create(&world, "acme", &world.portfolio.good));
    assert_eq!(again.code, 5, "{again:?}");
}

#[test]
fn a_log_in_is_remembered_and_ends_with_the_log_out() {
    let mut world = World::started();
    world.token();
    let terminal = Terminal::stranger(&world);
    assert_eq!(terminal.runs("fleet status").code, 3);
    let login = format!("login --email {EMAIL} --password-stdin");
    assert_eq!(terminal.types(&login, "not the password\n").code, 3);

    let logged_in = terminal.types(&login, &format!("{PASSWORD}\n"));

    assert_eq!(logged_in.code, 0, "{logged_in:?}");
    assert!(!logged_in.out.contains("atf_") && !logged_in.err.contains("atf_"), "{logged_in:?}");
    assert_eq!(terminal.runs("fleet status").code, 0);
    assert_eq!(terminal.runs("logout").code, 0);
    assert_eq!(terminal.runs("fleet status").code, 3);
    world.end(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(Terminal::of(&mut world).runs("fleet status").code, 6, "nobody answers");
}
