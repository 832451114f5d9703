//! The drill of `docs/disaster-recovery.md`, line by line: the commands are read from the document.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::api::until;
use crate::world::{World, processes_in};

/// The document with the commands.
const DOCUMENT: &str = include_str!("../../../docs/disaster-recovery.md");
/// The service of the document is the server of the test.
const START: &str = "systemctl start atomo-fleet";
const STOP: &str = "systemctl stop atomo-fleet";
/// The section with the drill.
const DRILL: &str = "## The drill";

/// The commands of the drill, without comments.
fn commands() -> Vec<&'static str> {
    let (_, drill) = DOCUMENT.split_once(DRILL).unwrap();
    let drill = drill.split("\n## ").next().unwrap();
    let mut commands = Vec::new();
    for block in drill.split("```sh\n").skip(1) {
        let (block, _) = block.split_once("```").unwrap();
        let code = block.lines().map(|line| line.split("  #").next().unwrap().trim());
        commands.extend(code.filter(|line| !line.is_empty()));
    }
    commands
}

impl World {
    /// Runs a line of the document as its reader would: a program with words, in which variables are replaced. Returns what it
    /// printed.
    fn types(&mut self, line: &str) -> String {
        let token = self.token();
        let data = self.data().display().to_string();
        let words = line.split_whitespace().map(|word| word.trim_matches('"'));
        let words: Vec<String> = words.map(|word| word.replace("$ATOMO_FLEET_DATA_DIR", &data)).collect();
        let (program, arguments) = words.split_first().unwrap();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = match program.as_str() {
            "atomo-fleet" => self.fleet(&arguments),
            "atomoctl" => {
                let built = Path::new(env!("CARGO_BIN_EXE_atomo-fleet")).with_file_name("atomoctl");
                let mut command = Command::new(built);
                command.env_clear().args(arguments).env("XDG_CONFIG_HOME", &self.folder);
                command.env("ATOMO_FLEET_URL", format!("http://127.0.0.1:{}", self.listen));
                command.env("ATOMO_FLEET_TOKEN", token);
                command
            }
            other => {
                let mut command = Command::new(other);
                command.args(arguments);
                command
            }
        };
        let output = command.current_dir(&self.folder).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{line}\n{out}{err}\n{}", self.said());
        format!("{out}{err}")
    }

    /// The machine is gone: the server is killed without notice, and everything that it had started.
    fn lose_the_machine(&mut self) {
        self.end(Signal::SIGKILL);
        for program in ["atomo-keeper", "atomo-standin", "caddy", "postgres"] {
            for pid in processes_in(&self.folder, program) {
                let _ = kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL);
            }
        }
        until("nothing of it runs", || {
            let left = |program: &&str| !processes_in(&self.folder, program).is_empty();
            (!["atomo-standin", "caddy", "postgres"].iter().any(left)).then_some(())
        });
    }

    /// The value of a variable in the environment of the project's instance.
    fn variable(&mut self, id: &str, name: &str) -> String {
        let pid = self.project(id)["observed"]["instance"]["value"]["pid"].as_u64().unwrap();
        let environ = std::fs::read_to_string(format!("/proc/{pid}/environ")).unwrap();
        let prefix = format!("{name}=");
        let value = environ.split('\0').find_map(|variable| variable.strip_prefix(&prefix));
        value.unwrap_or_else(|| panic!("{name} is not set")).to_owned()
    }

    /// Runs a statement in a project's database as its role, and returns the first column of the first row.
    fn of_project(&mut self, id: &str, statement: &str) -> String {
        use sqlx::{Connection as _, Row as _};
        let url = self.variable(id, "DATABASE_URL");
        crate::api::blocking(async {
            let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
            let row = sqlx::query(statement).fetch_optional(&mut connection).await.unwrap();
            row.and_then(|row| row.get::<Option<String>, _>(0)).unwrap_or_default()
        })
    }
}

#[test]
fn the_drill_of_the_document_brings_everything_back() {
    let mut world = World::new();
    world.extra.push(("ATOMO_FLEET_BACKUPS".into(), format!("file://{}/archives", world.folder.display())));
    world.start();
    world.created("shop");
    world.of_project("shop", "create table drill as select i::text as row from generate_series(1, 500) i");
    let (jwt, ca) = (world.variable("shop", "JWT_SECRET"), world.ca());
    let commands = commands();
    assert!(commands.len() >= 8 && commands.contains(&START) && commands.contains(&STOP), "{commands:?}");
    let (mut printed, mut lost) = (String::new(), Instant::now());
    for line in commands {
        match line {
            START => world.start(),
            STOP => {
                world.lose_the_machine();
                lost = Instant::now();
            }
            line => printed.push_str(&world.types(line)),
        }
        if line.starts_with("mv ") {
            assert!(!world.data().exists(), "the data directory is gone after: {line}");
            let _ = std::fs::remove_dir_all(world.folder.join("data.lost"));
        }
    }
    until("the project answers", || {
        (world.through_gateway("shop.localhost", "/ready") == Ok(200)).then_some(())
    });
    let took = lost.elapsed();
    assert_eq!(world.of_project("shop", "select count(*)::text from drill"), "500");
    assert_eq!(world.variable("shop", "JWT_SECRET"), jwt, "the secret is the same");
    assert_eq!(world.ca(), ca, "clients still trust the gateway");
    let (_, recovered) = printed.split_once("RPO reached").unwrap();
    assert!(recovered.contains("RTO reached"), "{printed}");
    for line in printed.lines().filter(|line| line.contains("RPO reached") || line.contains("RTO reached")) {
        eprintln!("drill: {line}");
    }
    eprintln!("drill: from the loss of the machine to the first answer {:.1} s", took.as_secs_f32());
}
