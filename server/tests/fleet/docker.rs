//! The whole fleet on a Docker engine. These tests need one: `scripts/with-docker cargo nextest run ...`.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::api::until;
use crate::world::World;

/// The stand-in as an image; the second tag is added later.
const IMAGE: &str = "atomo-standin-fleet:1";
const OTHER: &str = "atomo-standin-fleet:2";

fn socket() -> PathBuf {
    let named = std::env::var_os("ATOMO_FLEET_TEST_DOCKER");
    named.map_or_else(
        || panic!("these tests need an engine: scripts/with-docker cargo nextest run ..."),
        Into::into,
    )
}

fn docker(arguments: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.env("DOCKER_HOST", format!("unix://{}", socket().display())).args(arguments);
    command
}

/// Runs docker; returns its output.
fn said(arguments: &[&str]) -> String {
    let output = docker(arguments).output().unwrap();
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn inspect(container: &str) -> Value {
    serde_json::from_str::<Value>(&said(&["inspect", container])).unwrap()[0].clone()
}

/// Builds the image from the program and its libraries.
fn image() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_atomo-fleet")).with_file_name("atomo-standin");
    assert!(program.exists(), "{} is built by scripts/build", program.display());
    let root = tempfile::tempdir().unwrap();
    std::fs::copy(&program, root.path().join("atomo-server")).unwrap();
    let libraries = Command::new("ldd").arg(&program).output().unwrap();
    let libraries = String::from_utf8(libraries.stdout).unwrap();
    for path in libraries.split_whitespace().filter(|word| word.starts_with('/')) {
        let copied = Command::new("cp").args(["--parents", "-L", path]).arg(root.path()).status().unwrap();
        assert!(copied.success(), "{path}");
    }
    let mut tar = Command::new("tar")
        .arg("-C")
        .arg(root.path())
        .args(["-c", "."])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let entry = "ENTRYPOINT [\"/atomo-server\"]";
    let imported = docker(&["import", "--change", entry, "-", IMAGE])
        .stdin(tar.stdout.take().unwrap())
        .output()
        .unwrap();
    assert!(imported.status.success() && tar.wait().unwrap().success());
}

/// A fleet with containers as instances and an address range of its own.
fn started(subnets: &str) -> World {
    image();
    let mut world = World::new();
    let settings = [
        ("DRIVER", "docker"),
        ("SERVER_IMAGE", IMAGE),
        ("DOCKER_HOST", &format!("unix://{}", socket().display())),
        ("DOCKER_SUBNETS", subnets),
    ];
    world.extra.extend(settings.map(|(name, value)| (format!("ATOMO_FLEET_{name}"), value.to_owned())));
    world.start();
    world
}

/// Whether an address is reachable from the network of a container.
fn reaches(pid: &str, host: &str, port: u16) -> bool {
    let connect = format!("import socket; socket.create_connection(('{host}', {port}), 2)");
    let tried = Command::new("nsenter")
        .args(["-t", pid, "-n", "python3", "-c", &connect])
        .stderr(Stdio::null())
        .status();
    tried.unwrap().success()
}

#[test]
fn a_project_in_a_container_is_confined_limited_and_pinned() {
    let mut world = started("10.214.0.0/24");
    let mut draft = world.draft("acme");
    draft["limits"] = json!({"memory": "128 MiB", "cpu": 0.5, "pids": 64});
    let created = world.done("POST", "/projects", Some(draft));
    let steps = created["steps"].as_array().unwrap();
    assert!(
        steps.iter().any(|step| step["step"] == "fetch_release" && step["status"] == "done"),
        "{created:#}"
    );
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
    assert_eq!(world.project("acme")["release"], IMAGE, "pinned to what the fleet ran at its create");

    let acme = inspect("atomo-acme");
    let host = &acme["HostConfig"];
    assert_eq!(
        (&host["Memory"], &host["CpuQuota"], &host["PidsLimit"]),
        (&json!(128 << 20), &json!(50_000), &json!(64))
    );
    assert_eq!(
        (&host["Init"], &host["ReadonlyRootfs"], &host["CapDrop"]),
        (&json!(true), &json!(true), &json!(["ALL"]))
    );
    assert_eq!(host["PortBindings"]["3000/tcp"][0]["HostIp"], "127.0.0.1");

    let pid = acme["State"]["Pid"].clone();
    world.done("PATCH", "/projects/acme", Some(json!({"limits": {"memory": "256 MiB"}})));
    let now = inspect("atomo-acme");
    assert_eq!((&now["HostConfig"]["Memory"], &now["State"]["Pid"]), (&json!(256 << 20), &pid), "live");

    let operation = world.command("PATCH", "/projects/acme", Some(json!({"release": OTHER})));
    let failed = world.ended(&operation);
    assert_eq!(failed["status"], "failed", "{failed:#}");
    assert!(failed["problem"]["detail"].as_str().unwrap().contains(OTHER), "{failed:#}");
    assert_eq!(inspect("atomo-acme")["State"]["Pid"], pid, "what cannot be fetched does not touch what runs");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
    said(&["tag", IMAGE, OTHER]);
    world.done("POST", &format!("/operations/{operation}/retry"), None);
    assert_eq!(inspect("atomo-acme")["Config"]["Image"], OTHER);
    world.done("PATCH", "/projects/acme", Some(json!({"release": IMAGE})));
    assert_eq!(inspect("atomo-acme")["Config"]["Image"], IMAGE, "and back");
}

#[test]
fn no_container_reaches_another_project_or_the_control_plane() {
    let mut world = started("10.214.1.0/24");
    world.created("first");
    world.created("second");
    let (first, second) = (inspect("atomo-first"), inspect("atomo-second"));
    let pid = first["State"]["Pid"].to_string();
    let network = |container: &Value, field: &str| {
        let all = container["NetworkSettings"]["Networks"].as_object().unwrap();
        all.values().next().unwrap()[field].as_str().unwrap().to_owned()
    };
    let port = |project: &Value| -> u16 {
        project["upstream"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap()
    };
    assert!(reaches(&pid, "127.0.0.1", 3000), "the probe works: it reaches itself");
    assert!(!reaches(&pid, &network(&second, "IPAddress"), 3000), "the other instance");
    let gateway = network(&first, "Gateway");
    let published = port(&world.project("second"));
    for (what, port) in
        [("its published port", published), ("the control plane", world.listen), ("Caddy", world.https)]
    {
        assert!(!reaches(&pid, &gateway, port) && !reaches(&pid, "127.0.0.1", port), "{what}");
    }
}

#[test]
fn the_secrets_of_a_container_open_its_own_database_and_show_nowhere_else() {
    let mut world = started("10.214.3.0/24");
    world.created("one");
    world.created("two");
    let one = inspect("atomo-one");
    let variables = one["Config"]["Env"].as_array().unwrap();
    let variable = |name: &str| {
        let text = variables.iter().filter_map(|it| it.as_str()).find_map(|it| it.strip_prefix(name));
        text.unwrap().to_owned()
    };
    let (url, key) = (variable("DATABASE_URL="), variable("JWT_SECRET="));
    let password = url.split(':').nth(2).unwrap().split('@').next().unwrap().to_owned();
    for database in ["proj_two", "atomo_fleet", "postgres"] {
        let other = url.replacen("/proj_one?", &format!("/{database}?"), 1);
        let tried = Command::new("psql").args([&other, "-c", "select 1"]).output().unwrap();
        let reason = String::from_utf8_lossy(&tried.stderr).into_owned();
        assert!(!tried.status.success() && reason.contains("permission denied"), "{database}: {reason}");
    }
    let elsewhere = [
        ("the other container", said(&["inspect", "atomo-two"])),
        ("its labels", one["Config"]["Labels"].to_string()),
        (
            "the engine's events",
            said(&["events", "--since", "10m", "--until", "0s", "--format", "{{json .}}"]),
        ),
        ("its log, as we show it", world.get("/projects/one/logs").to_string()),
        ("our log", world.said()),
    ];
    for needle in [password, key] {
        assert!(one.to_string().contains(&needle), "it is in the container's environment");
        for (place, text) in &elsewhere {
            assert!(!text.contains(&needle), "{needle} shows in {place}");
        }
    }
}

#[test]
fn a_killed_container_is_back_by_itself_and_all_end_with_the_fleet() {
    let mut world = started("10.214.2.0/24");
    world.created("bolt");
    let before = inspect("atomo-bolt")["State"]["Pid"].clone();
    said(&["kill", "atomo-bolt"]);
    until("it is back", || {
        let now = inspect("atomo-bolt");
        (now["State"]["Running"] == true && now["State"]["Pid"] != before).then_some(())
    });
    until("it is served", || (world.through_gateway("bolt.localhost", "/ready") == Ok(200)).then_some(()));
    world.end(nix::sys::signal::Signal::SIGTERM);
    assert_eq!(inspect("atomo-bolt")["State"]["Running"], false, "its database ends with the fleet");
    world.start();
    until("it runs again", || (world.through_gateway("bolt.localhost", "/ready") == Ok(200)).then_some(()));
    world.done("DELETE", "/projects/bolt", None);
    assert!(!docker(&["inspect", "atomo-bolt"]).output().unwrap().status.success(), "nothing of it is left");
}
