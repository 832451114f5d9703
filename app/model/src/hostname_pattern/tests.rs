use proptest::prelude::*;

use super::{HostnamePattern, LONGEST_ID};
use crate::{Hostname, ProjectId};

#[test]
fn the_longest_id_is_as_long_as_an_id_can_be() {
    assert!(LONGEST_ID.parse::<ProjectId>().is_ok());
    assert!(format!("{LONGEST_ID}z").parse::<ProjectId>().is_err());
}

#[test]
fn the_default_is_a_name_of_this_machine() {
    let pattern = HostnamePattern::default();
    assert_eq!(pattern.as_str().parse::<HostnamePattern>().unwrap(), pattern);
    assert_eq!(pattern.fill("crm"), "crm.localhost");
    assert_eq!((pattern.fill("crm").as_str(), pattern.fill("")), ("crm.localhost", String::new()));
}

#[test]
fn a_pattern_is_normalised_as_a_hostname_is() {
    for (text, canonical) in [
        ("{id}.Apps.Example.COM.", "{id}.apps.example.com"),
        ("www-{id}.example.com", "www-{id}.example.com"),
        ("apps.example.{id}", "apps.example.{id}"),
    ] {
        assert_eq!(text.parse::<HostnamePattern>().unwrap().as_str(), canonical);
    }
}

#[test]
fn what_gives_no_hostname_is_refused() {
    let long_label = format!("{}{{id}}.example.com", "a".repeat(30));
    for wrong in [
        "",
        "apps.example.com",
        "{id}",
        "{id}.{id}.example.com",
        "{ID}.example.com",
        "{id}.exa mple.com",
        "https://{id}.example.com",
        "{id}.example.com:8443",
        "*.{id}.example.com",
        "-{id}.example.com",
        "{id}..com",
        &long_label,
    ] {
        let fault = wrong.parse::<HostnamePattern>().unwrap_err();
        assert!(fault.accepted.contains("{id} exactly once"), "{wrong}: {fault}");
    }
}

proptest! {
    #[test]
    fn an_accepted_pattern_gives_every_id_a_hostname(before in "[a-z0-9.-]{0,30}", after in "[a-z0-9.-]{0,30}", id in "[a-z][a-z0-9]{2,39}") {
        let (Ok(pattern), Ok(id)) = (format!("{before}{{id}}{after}").parse::<HostnamePattern>(), id.parse::<ProjectId>()) else {
            return Ok(());
        };
        let hostname: Result<Hostname, _> = pattern.fill(id.as_str()).parse();
        prop_assert!(hostname.is_ok(), "{pattern} with {id}: {hostname:?}");
    }
}
