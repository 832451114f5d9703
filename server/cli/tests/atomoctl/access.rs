//! Log-in, tokens, and where secrets may and may not be.

use std::os::unix::fs::PermissionsExt;

use model::Problem;
use serde_json::json;

use crate::fake::{Fake, Reply};
use crate::fixtures::{fleet, token};
use crate::run::{Person, Ran};

const LOGIN: &str = "login --email ines@example.com --password-stdin";

async fn server() -> Fake {
    let fake = Fake::start().await;
    let issued = json!({"token": "issued-token", "info": token()});
    fake.on("POST /login", [Reply::json(200, &issued)]);
    fake.on("POST /tokens", [Reply::json(200, &issued)]);
    fake.on("GET /fleet", [Reply::json(200, &fleet())]);
    fake.on(&revocation(), [Reply::text(204, "")]);
    fake
}

fn revocation() -> String {
    format!("DELETE /tokens/{}", token().id)
}

fn says_nothing_of(ran: &Ran, secrets: &[&str]) {
    for secret in secrets {
        assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{secret}: {ran:?}");
    }
}

fn no_address_holds(fake: &Fake, secrets: &[&str]) {
    for line in fake.lines() {
        assert!(secrets.iter().all(|secret| !line.contains(secret)), "{line}");
    }
}

#[tokio::test]
async fn without_a_login_nothing_is_sent_and_the_way_in_is_told() {
    let fake = server().await;
    let ran = Person::without_token(&fake.url).runs("fleet status").await;
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("atomoctl login"), "{ran:?}");
    assert!(fake.asked().is_empty());
}

#[tokio::test]
async fn a_login_lasts_until_the_logout() {
    let fake = server().await;
    let person = Person::without_token(&fake.url);
    let ran = person.types(LOGIN, "planted-password\n").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    says_nothing_of(&ran, &["planted-password", "issued-token"]);
    assert_eq!(
        fake.sent("POST /login"),
        json!({"email": "ines@example.com", "password": "planted-password"})
    );
    let file = person.settings().join("atomo-fleet/atomoctl.toml");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    assert_eq!(person.runs("fleet status").await.code, 0);
    assert_eq!(fake.asked()[1].headers["authorization"], "Bearer issued-token");

    let ran = person.runs("logout").await;
    assert_eq!((ran.code, fake.count(&revocation())), (0, 1), "{ran:?}");
    assert!(!std::fs::read_to_string(&file).unwrap().contains("issued-token"));
    assert_eq!(person.runs("fleet status").await.code, 3);
    no_address_holds(&fake, &["planted-password", "issued-token"]);
}

#[tokio::test]
async fn a_second_login_ends_the_token_of_the_first() {
    let fake = server().await;
    let person = Person::without_token(&fake.url);
    for _ in 0..2 {
        assert_eq!(person.types(LOGIN, "planted-password").await.code, 0);
    }
    assert_eq!(fake.count(&revocation()), 1);
}

#[tokio::test]
async fn a_wrong_password_leaves_no_file() {
    let fake = server().await;
    let wrong =
        Problem::new(model::ProblemKind::Unauthenticated, "Not logged in", "Wrong address or password.");
    fake.on("POST /login", [Reply::problem(&wrong)]);
    let person = Person::without_token(&fake.url);
    let ran = person.types(LOGIN, "planted-password").await;
    assert_eq!(ran.code, 3, "{ran:?}");
    says_nothing_of(&ran, &["planted-password"]);
    assert!(!person.settings().join("atomo-fleet").exists());
}

#[tokio::test]
async fn a_token_for_a_program_stands_alone_on_standard_output() {
    let fake = server().await;
    let ran = Person::with_token(&fake).runs("token create ci").await;
    assert_eq!((ran.code, ran.out.as_str()), (0, "issued-token\n"), "{ran:?}");
    assert_eq!(fake.sent("POST /tokens"), json!({"name": "ci"}));
}

#[tokio::test]
async fn a_secret_goes_from_standard_input_into_the_body_and_nowhere_else() {
    let fake = server().await;
    let changed = json!({"version": 3, "operation": null});
    fake.on("PUT /projects/crm/secrets/API_KEY", [Reply::json(200, &changed)]);
    let person = Person::with_token(&fake);
    let ran = person.types("secret set crm API_KEY", "planted-secret\n").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("API_KEY is now version 3"), "{ran:?}");
    says_nothing_of(&ran, &["planted-secret", "planted-token"]);
    no_address_holds(&fake, &["planted-secret", "planted-token"]);
    assert_eq!(fake.sent("PUT /projects/crm/secrets/API_KEY"), json!({"value": "planted-secret"}));
}

#[tokio::test]
async fn a_private_key_keeps_its_last_line_end() {
    let fake = server().await;
    let key = "-----BEGIN KEY-----\nplanted\n-----END KEY-----\n";
    let repository = json!({
        "id": "01900000-0000-7000-8000-000000000003", "url": "git@git.example:s.git", "username": null,
        "credential": "secret:x", "host_key": null, "created_at": "2026-01-02T03:04:05Z",
    });
    fake.on("POST /repositories", [Reply::json(201, &repository)]);
    let ran =
        Person::with_token(&fake).types("repository add git@git.example:s.git --credential-stdin", key).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    says_nothing_of(&ran, &["planted"]);
    assert_eq!(fake.sent("POST /repositories")["credential"], key);
}
