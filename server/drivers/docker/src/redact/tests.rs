use bollard::models::ContainerConfig;
use secrecy::SecretString;
use serde_json::json;

use super::Redaction;

fn config() -> ContainerConfig {
    serde_json::from_value(json!({
        "Labels": { "atomo.secret": "DATABASE_URL,JWT_SECRET,GONE" },
        "Env": ["DATABASE_URL=postgres://crm:s3cr3t@db/crm", "JWT_SECRET=s3cr3t-and-more", "SHOWN=s3cr3", "EMPTY="],
    }))
    .unwrap()
}

#[test]
fn values_marked_as_secret_and_passwords_of_urls_do_not_show() {
    let redaction = Redaction::of(&[SecretString::from("horse")], Some(&config()));
    let show = |text: &str| redaction.apply(text.to_owned());
    assert_eq!(show("connecting to postgres://crm:s3cr3t@db/crm"), "connecting to [redacted]");
    assert_eq!(show("password s3cr3t, key s3cr3t-and-more"), "password [redacted], key [redacted]");
    assert_eq!(show("correct horse"), "correct [redacted]");
    assert_eq!(show("s3cr3 is shown"), "s3cr3 is shown");
}

#[test]
fn without_secrets_nothing_changes() {
    let redaction = Redaction::of(&[SecretString::from("")], None);
    assert_eq!(redaction.apply("all of it".to_owned()), "all of it");
}
