use std::time::Duration;

use clap::Parser;
use secrecy::ExposeSecret;

use super::*;

fn vars(pairs: &[(&str, &str)]) -> Vars {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn config(pairs: &[(&str, &str)]) -> Config {
    Config::from_vars(&vars(pairs), &Args::parse_from(["atomo-standin"])).unwrap()
}

#[test]
fn nothing_set_gives_the_documented_defaults() {
    let config = config(&[]);
    assert_eq!(config.database_url.expose_secret(), "postgresql://127.0.0.1/atomo_dev");
    assert_eq!((config.pool_max, config.host.as_str(), config.port), (20, "::", 3000));
    assert_eq!((config.rate_limit, config.rate_window), (100, Duration::from_mins(1)));
    assert_eq!(config.cors_origins, ["http://localhost:3000"]);
    assert_eq!(config.build.commit, "unknown");
    assert!(config.watch_every.is_none() && config.admin.is_none() && !config.rls && !config.production);
}

#[test]
fn only_true_and_1_are_true() {
    for (text, expected) in [("true", true), ("1", true), ("TRUE", false), ("yes", false), ("", false)] {
        assert_eq!(config(&[("ATOMO_ENABLE_RLS", text)]).rls, expected, "{text:?}");
    }
}

#[test]
fn an_unparsable_port_becomes_3000_and_the_option_wins() {
    assert_eq!(config(&[("PORT", "http")]).port, 3000);
    let args = Args::parse_from(["atomo-standin", "-p", "4001"]);
    assert_eq!(Config::from_vars(&vars(&[("PORT", "4000")]), &args).unwrap().port, 4001);
}

#[test]
fn an_admin_needs_both_variables() {
    assert!(config(&[("ADMIN_EMAIL", "a@example.test"), ("ADMIN_PASSWORD", "")]).admin.is_none());
    assert!(config(&[("ADMIN_EMAIL", "a@example.test"), ("ADMIN_PASSWORD", "x")]).admin.is_some());
}

#[test]
fn an_empty_jwt_secret_counts_as_set() {
    assert!(config(&[("JWT_SECRET", "")]).jwt_secret.is_some());
}

#[test]
fn the_first_source_of_a_name_wins() {
    let vars = vars(&[("PORT", "1"), ("PORT", "2")]);
    assert_eq!(vars.text("PORT"), Some("1"));
}

#[test]
fn malformed_retention_settings_are_refused_by_name() {
    let args = Args::parse_from(["atomo-standin"]);
    let refused = Config::from_vars(&vars(&[("ATOMO_AUDIT_CONFIG", r#"{"days":3}"#)]), &args).unwrap_err();
    assert!(refused.to_string().starts_with("invalid ATOMO_AUDIT_CONFIG: unknown field `days`"), "{refused}");
    let accepted =
        r#"{"default":{"mode":"full"},"models":{},"maintenance_interval_secs":60,"batch_size":1000}"#;
    assert!(Config::from_vars(&vars(&[("ATOMO_HISTORY_CONFIG", accepted)]), &args).is_ok());
}
