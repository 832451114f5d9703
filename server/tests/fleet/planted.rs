//! Secrets never leak: planted values are searched for in every output, also after failures.

use std::path::Path;

use serde_json::json;

use crate::browser::Browser;
use crate::world::{PASSWORD, REFUSED, World};

const PLANTED: &str = "planted-7f3a-secret-value";
const CREDENTIAL: &str = "planted-5d2e-repository-token";

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

/// The value of a variable of the project's instance.
fn variable(world: &mut World, id: &str, name: &str) -> String {
    let pid = world.project(id)["observed"]["instance"]["value"]["pid"].as_u64().unwrap();
    let environ = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
    let variables = String::from_utf8(environ).unwrap();
    let found = variables.split('\0').find_map(|it| it.strip_prefix(&format!("{name}="))).map(str::to_owned);
    found.unwrap_or_else(|| panic!("the instance has no {name}"))
}

/// A project with every kind of secret; returns all values.
fn plant(world: &mut World) -> Vec<String> {
    let mut draft = world.draft("acme");
    draft["admin_email"] = "admin@example.com".into();
    world.done("POST", "/projects", Some(draft));
    let (status, changed) =
        world.ask("PUT", "/projects/acme/secrets/MAIL_KEY", Some(json!({"value": PLANTED})));
    assert_eq!(status, 200, "{changed}");
    let env = json!({"MAIL_KEY": {"secret": "MAIL_KEY"}, "STANDIN_WARN_LINES": "3"});
    world.done("PATCH", "/projects/acme", Some(json!({"env": env})));
    assert_eq!(variable(world, "acme", "MAIL_KEY"), PLANTED, "the instance has it");
    let url = variable(world, "acme", "DATABASE_URL");
    let database = url.split(':').nth(2).unwrap().split('@').next().unwrap().to_owned();
    assert!(database.len() >= 43, "32 random bytes");
    let generated = ["JWT_SECRET", "ADMIN_PASSWORD"].map(|name| variable(world, "acme", name));
    [PLANTED.to_owned(), CREDENTIAL.to_owned(), PASSWORD.to_owned(), world.token(), database]
        .into_iter()
        .chain(generated)
        .collect()
}

/// Provokes every failure of a secret; returns the answers and the failed operation.
fn fail(world: &mut World, browser: &Browser) -> (Vec<String>, String) {
    let repository =
        json!({"url": "https://127.0.0.1:9/schemas.git", "username": "ci", "credential": CREDENTIAL});
    let (status, added) = world.ask("POST", "/repositories", Some(repository));
    assert_eq!(status, 201, "{added}");
    let test = format!("/repositories/{}/test", added["id"].as_str().unwrap());
    let mut unreachable = world.draft("other");
    unreachable["schema_ref"]["repo"] = added["url"].clone();
    let mut misplaced = world.draft("other");
    misplaced["env"] = json!({"DATABASE_URL": PLANTED, "odd name": PLANTED});
    let refusals = [
        ("POST", test, None, 400..600),
        ("POST", "/projects".into(), Some(unreachable), 422..423),
        ("POST", "/projects".into(), Some(misplaced), 422..423),
        ("PUT", "/projects/acme/secrets/lower".into(), Some(json!({"value": PLANTED})), 400..500),
        ("PUT", "/projects/acme/secrets/MAIL_KEY".into(), Some(json!({"values": PLANTED})), 422..423),
        (
            "POST",
            "/login".into(),
            Some(json!({"email": PASSWORD, "password": PASSWORD, "otp": PLANTED})),
            422..423,
        ),
    ];
    let mut answers = Vec::new();
    for (method, path, body, wanted) in refusals {
        let (status, answer) = world.ask(method, &path, body);
        assert!(wanted.contains(&status), "{method} {path}: {status} {answer}");
        answers.push(answer.to_string());
    }
    answers.push(browser.log_in(&format!("{PASSWORD}x")).0);
    let mut refused = world.draft("refused");
    refused["schema_ref"]["path"] = REFUSED.into();
    let operation = world.command("POST", "/projects", Some(refused));
    assert_eq!(world.ended(&operation)["status"], "failed");
    (answers, operation)
}

#[test]
fn a_secret_is_in_the_environment_of_its_instance_and_nowhere_else() {
    let mut world = World::started();
    let needles = plant(&mut world);
    let browser = Browser::open(&mut world);
    let (mut said, failed) = fail(&mut world, &browser);
    said.extend(answers(&mut world, &failed));
    said.extend(pages(&browser, &failed));
    said.push(world.said());

    for needle in &needles {
        for text in &said {
            assert!(!text.contains(needle.as_str()), "{needle} shows in {text}");
        }
        on_no_command_line(needle);
        in_no_file(&world, needle);
    }
}

fn answers(world: &mut World, failed: &str) -> Vec<String> {
    let of = |id: &str| ["", "/secrets", "/events", "/logs"].map(|end| format!("/projects/{id}{end}"));
    let whole = ["/fleet", "/operations", "/audit", "/repositories", "/tokens"].map(str::to_owned);
    let paths = of("acme").into_iter().chain(of("refused")).chain(whole);
    let mut said: Vec<String> = paths.map(|path| world.get(&path).to_string()).collect();
    said.push(world.get(&format!("/operations/{failed}")).to_string());
    said
}

/// Every page of the dashboard with its data.
fn pages(browser: &Browser, failed: &str) -> Vec<String> {
    let of = |id: &str| {
        ["", "/operations", "/events", "/logs", "/settings", "/stop", "/restart", "/delete"]
            .map(|end| format!("/projects/{id}{end}"))
    };
    let whole = ["/", "/projects/new", "/operations", "/audit", "/settings"].map(str::to_owned);
    let paths = of("acme").into_iter().chain(of("refused")).chain(whole);
    let mut said = Vec::new();
    for path in paths.chain([format!("/operations/{failed}")]) {
        let (status, text) = browser.page(&path);
        assert_eq!(status, 200, "{path}");
        assert!(text.contains("</main>"), "{path} is a whole page");
        said.push(text);
    }
    said
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
