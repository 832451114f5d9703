//! Secrets never show: planted values are looked for wherever a value could come out.

use std::path::Path;

use serde_json::json;

use crate::world::World;

const PLANTED: &str = "planted-7f3a-secret-value";

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            files(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn a_secret_is_in_the_environment_of_its_instance_and_nowhere_else() {
    let mut world = World::started();
    world.created("acme");
    let (status, changed) =
        world.ask("PUT", "/projects/acme/secrets/MAIL_KEY", Some(json!({"value": PLANTED})));
    assert_eq!(status, 200, "{changed}");
    world.done(
        "PATCH",
        "/projects/acme",
        Some(json!({"env": {"MAIL_KEY": {"secret": "MAIL_KEY"}, "STANDIN_WARN_LINES": "3"}})),
    );
    let pid = world.project("acme")["observed"]["instance"]["value"]["pid"].as_u64().unwrap();
    let environ = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
    assert!(contains(&environ, PLANTED), "the instance has it");
    let url = String::from_utf8_lossy(&environ)
        .split('\0')
        .find_map(|v| v.strip_prefix("DATABASE_URL=").map(str::to_owned))
        .unwrap();
    let password = url.split(':').nth(2).unwrap().split('@').next().unwrap().to_owned();
    assert!(password.len() >= 43, "32 random bytes");

    for needle in [PLANTED, &password] {
        in_no_answer(&mut world, needle);
        on_no_command_line(needle);
        in_no_file(&world, needle);
    }
}

fn in_no_answer(world: &mut World, needle: &str) {
    let project = ["", "/secrets", "/events", "/logs"].map(|end| format!("/projects/acme{end}"));
    for path in project.into_iter().chain(["/fleet", "/operations", "/audit"].map(str::to_owned)) {
        let answer = world.get(&path).to_string();
        assert!(!answer.contains(needle), "{path} shows a secret");
    }
    assert!(!world.said().contains(needle), "the server's log shows a secret");
}

fn on_no_command_line(needle: &str) {
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        assert!(!contains(&line, needle), "an argument shows a secret: {}", entry.path().display());
    }
}

fn in_no_file(world: &World, needle: &str) {
    let mut all = Vec::new();
    files(&world.data(), &mut all);
    assert!(all.len() > 100, "the data directory was walked");
    for file in all {
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(!contains(&bytes, needle), "{} holds a secret in plain text", file.display());
    }
}
