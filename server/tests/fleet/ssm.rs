//! Secrets in AWS SSM (`scripts/with-moto`): a fleet that uses it, one that moves there and back, SSM away.

use std::collections::BTreeSet;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::api::{blocking, until};
use crate::world::World;

mod line;

use line::Line;

const PLANTED: &str = "planted-2c61-ssm-value";

/// The AWS settings of the fleet, with a prefix of its own.
fn aws(world: &mut World, endpoint: &str) -> String {
    let prefix = format!("/t{}-{}", std::process::id(), world.listen);
    let settings = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIATEST"),
        ("AWS_SECRET_ACCESS_KEY", "planted-aws-secret-key"),
        ("ATOMO_FLEET_SSM_PREFIX", &prefix),
    ];
    world.extra.extend(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    prefix
}

fn choose(world: &mut World, store: &str) {
    world.extra.retain(|(name, _)| name != "ATOMO_FLEET_SECRETS");
    world.extra.push(("ATOMO_FLEET_SECRETS".into(), store.into()));
}

/// Names of parameters below a prefix, with their types.
fn parameters(prefix: &str) -> BTreeSet<(String, String)> {
    let moto = moto();
    let ask = async |next: Option<Value>| -> Value {
        let mut body = json!({"Path": prefix, "Recursive": true});
        if let Some(next) = next {
            body["NextToken"] = next;
        }
        let request =
            reqwest::Client::new().post(&moto).header("x-amz-target", "AmazonSSM.GetParametersByPath");
        let who = "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/eu-central-1/ssm/aws4_request";
        let request =
            request.header("authorization", who).header("content-type", "application/x-amz-json-1.1");
        let answer = request.body(body.to_string()).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    };
    blocking(async {
        let (mut all, mut next) = (BTreeSet::new(), None);
        loop {
            let page = ask(next.take()).await;
            for parameter in page["Parameters"].as_array().unwrap() {
                let text = |field: &str| parameter[field].as_str().unwrap().to_owned();
                all.insert((text("Name"), text("Type")));
            }
            match page.get("NextToken") {
                Some(token) => next = Some(token.clone()),
                None => return all,
            }
        }
    })
}

fn names(prefix: &str) -> Vec<String> {
    parameters(prefix).into_iter().map(|(name, _)| name.replace(prefix, "")).collect()
}

/// The state of the part on the fleet's page.
fn part(world: &mut World) -> Value {
    let fleet = world.get("/fleet");
    let parts = fleet["parts"].as_array().unwrap();
    parts.iter().find(|part| part["kind"] == "secrets").cloned().unwrap_or_default()
}

/// Why the part is away, once that is observed.
fn is_away(world: &mut World) -> String {
    until("the part is seen to be away", || part(world)["state"]["reason"].as_str().map(str::to_owned))
}

fn migrate(world: &World, from: &str, to: &str, more: &[&str]) -> Output {
    let arguments = [&["secrets", "migrate", "--from", from, "--to", to], more].concat();
    world.fleet(&arguments).stdin(Stdio::null()).output().unwrap()
}

/// The output of a command, which must not contain a value.
fn said(output: &Output) -> String {
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("planted"), "{said}");
    said
}

fn succeeds(output: &Output) -> String {
    let said = said(output);
    assert!(output.status.success(), "{said}");
    said
}

/// A project whose environment uses the second version of a secret.
fn with_secrets(world: &mut World) {
    world.created("acme");
    for value in ["first", PLANTED] {
        let (status, changed) =
            world.ask("PUT", "/projects/acme/secrets/MAIL_KEY", Some(json!({"value": value})));
        assert_eq!(status, 200, "{changed}");
    }
    world.done("PATCH", "/projects/acme", Some(json!({"env": {"MAIL_KEY": {"secret": "MAIL_KEY"}}})));
}

fn moto() -> String {
    std::env::var("ATOMO_FLEET_TEST_AWS").unwrap() // scripts/with-moto cargo nextest run ...
}

#[test]
fn a_fleet_keeps_its_secrets_in_ssm() {
    let mut world = World::new();
    let prefix = aws(&mut world, &moto());
    choose(&mut world, "ssm");
    let everything = "debug,aws_sdk_ssm=trace,aws_smithy_runtime=trace,hyper=trace,hyper_util=trace";
    world.extra.push(("ATOMO_FLEET_LOG".into(), everything.into()));
    world.start();
    with_secrets(&mut world);
    let wished = ["MAIL_KEY", "database_password", "database_url", "jwt_secret"];
    assert_eq!(names(&prefix), wished.map(|name| format!("/acme/{name}")));
    assert!(parameters(&prefix).iter().all(|(_, kind)| kind == "SecureString"));
    assert_eq!(
        world.sql("select database_url from projects"),
        format!("ssm:{prefix}/acme/database_url"),
        "the registry has the reference"
    );
    assert!(!world.data().join("secrets").exists(), "no files");
    let part =
        until("the part is up", || Some(part(&mut world)).filter(|part| part["state"]["state"] == "up"));
    assert!(part["name"].as_str().unwrap().contains("SSM in eu-central-1"), "{part}");
    world.done("DELETE", "/projects/acme", None);
    assert_eq!(names(&prefix).len(), 4, "secrets stay as long as the database does");
    let mut again = world.draft("acme");
    again["reuse_database"] = true.into();
    world.done("POST", "/projects", Some(again));
    assert!(!world.said().contains("planted"), "{}", world.said());
}

#[test]
fn ssm_that_is_away_at_the_start_is_shown_and_waited_for() {
    let mut world = World::new();
    let line = Line::to(&moto());
    line.cut();
    aws(&mut world, &line.url());
    choose(&mut world, "ssm");
    world.start();
    let reason = is_away(&mut world);
    assert!(reason.contains(&line.url()), "{reason}");
    let draft = world.draft("acme");
    let create = world.command("POST", "/projects", Some(draft));
    until("the operation waits and says for what", || {
        let now = world.get(&format!("/operations/{create}"));
        assert_ne!(now["status"], "failed", "{now}");
        (now["problem"]["part"] == "secrets").then_some(())
    });
    line.mend();
    assert_eq!(world.ended(&create)["status"], "succeeded");
    until("the part is back", || (part(&mut world)["state"]["state"] == "up").then_some(()));
}

#[test]
fn without_a_credential_the_start_does_not_wait_and_the_fault_is_named() {
    let mut world = World::new();
    choose(&mut world, "ssm");
    for (name, value) in [("AWS_REGION", "eu-central-1"), ("AWS_EC2_METADATA_DISABLED", "true")] {
        world.extra.push((name.into(), value.into()));
    }
    world.start();
    let reason = is_away(&mut world);
    assert!(reason.contains("no credential was found") && reason.contains("AWS_ACCESS_KEY_ID"), "{reason}");
    let draft = world.draft("acme");
    let create = world.command("POST", "/projects", Some(draft));
    assert_eq!(world.ended(&create)["status"], "failed", "nobody can wait for a setting");
}

#[test]
fn a_move_that_is_killed_is_ended_by_the_next_one_and_restarts_nothing() {
    let mut world = World::started();
    let line = Arc::new(Line::to(&moto()));
    let prefix = aws(&mut world, &line.url());
    with_secrets(&mut world);
    assert!(
        said(&migrate(&world, "sealed", "ssm", &[])).contains("stop that one first"),
        "a server is at work"
    );
    let instance = world.processes("atomo-standin");
    world.end(Signal::SIGKILL);

    line.hold_after(3);
    let mut command = world.fleet(&["secrets", "migrate", "--from", "sealed", "--to", "ssm"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    until("it is in the middle", || line.is_held().then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
    line.mend();
    assert!(!names(&prefix).is_empty(), "something was copied");

    let told = succeeds(&migrate(&world, "sealed", "ssm", &[]));
    assert!(told.contains("there already") && told.contains("references now name ssm"), "{told}");
    assert!(world.data().join("secrets/acme/jwt_secret.1").exists(), "the source stays");
    is_refused_with_the_way_out(&mut world);
    choose(&mut world, "ssm");
    world.start();
    until("the instance is seen", || {
        (world.project("acme")["observed"]["ready"]["seen"] == "present").then_some(())
    });
    std::thread::park_timeout(Duration::from_secs(3)); // some sweeps
    assert_eq!(world.processes("atomo-standin"), instance, "nothing was restarted");
    world.done("POST", "/projects/acme/restart", None);
    world.end(Signal::SIGKILL);
    goes_back(&mut world, &prefix);
}

/// A start with the former store fails and names the command.
fn is_refused_with_the_way_out(world: &mut World) {
    choose(world, "sealed");
    let output = world.fleet(&["serve"]).stdin(Stdio::null()).output().unwrap();
    let told = said(&output);
    assert!(!output.status.success());
    for way_out in ["secrets migrate --from ssm --to sealed", "ATOMO_FLEET_SECRETS = ssm", "the project acme"]
    {
        assert!(told.contains(way_out), "{way_out}: {told}");
    }
}

/// The source is removed, and everything is read from SSM.
fn goes_back(world: &mut World, prefix: &str) {
    let sealed = world.data().join("secrets/acme");
    assert!(
        succeeds(&migrate(world, "sealed", "ssm", &["--remove-source"]))
            .contains("Removed: 4 secrets in 5 versions")
    );
    assert_eq!(std::fs::read_dir(&sealed).unwrap().count(), 0);
    assert!(said(&migrate(world, "ssm", "sealed", &["--remove-source"])).contains("still name it"));
    succeeds(&migrate(world, "ssm", "sealed", &[]));
    assert_eq!(std::fs::read_dir(&sealed).unwrap().count(), 5, "with every version");
    succeeds(&migrate(world, "ssm", "sealed", &["--remove-source"]));
    assert!(names(prefix).is_empty());
    choose(world, "sealed");
    world.start();
    world.done("POST", "/projects/acme/restart", None);
    assert!(!world.said().contains("planted"), "{}", world.said());
}
