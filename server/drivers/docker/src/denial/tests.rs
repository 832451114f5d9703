use control_plane::ports::Failure as _;

use super::*;

fn said(reason: &str, credential: Option<&RegistryCredential>) -> DriverError {
    let image = "registry.example.com/atomo/server:1";
    pull(&Release::Image(image.into()), RegistryHost::of_image(image), credential, reason)
}

#[test]
fn a_registry_that_is_away_is_waited_for_and_an_image_that_is_not_there_is_not() {
    for reason in [
        "Get \"http://127.0.0.1:5000/v2/\": dial tcp 127.0.0.1:5000: connect: connection refused",
        "Get \"https://registry.example.com/v2/\": net/http: TLS handshake timeout",
        "received unexpected HTTP status: 503 Service Unavailable",
        "dial tcp: lookup registry.example.com: Temporary failure in name resolution",
    ] {
        let fault = said(reason, None);
        assert!(matches!(fault, DriverError::Registry { .. }) && fault.is_transient(), "{reason}");
        let detail = fault.problem().detail;
        assert!(detail.contains("registry.example.com") && detail.contains("tried again"), "{detail}");
    }
    for reason in [
        "manifest for registry.example.com/atomo/server:1 not found: manifest unknown: manifest unknown",
        "dial tcp: lookup registry.example.com: no such host",
        "http: server gave HTTP response to HTTPS client",
    ] {
        let fault = said(reason, None);
        assert!(matches!(fault, DriverError::Release { .. }) && !fault.is_transient(), "{reason}");
        assert!(!fault.problem().detail.contains("credential"), "{reason}");
    }
}

#[test]
fn a_denied_pull_says_whether_there_was_a_credential() {
    let robot = RegistryCredential { username: "robot".into(), password: "planted".to_owned().into() };
    for reason in [
        "pull access denied for atomo/server, repository does not exist or may require 'docker login': denied",
        "Head \"https://registry.example.com/v2/atomo/server/manifests/1\": no basic auth credentials",
        "unauthorized: authentication required",
    ] {
        let without = said(reason, None).problem().detail;
        assert!(without.contains("add registry.example.com with one"), "{without}");
        let with = said(reason, Some(&robot)).problem().detail;
        assert!(with.contains("as robot") && !with.contains("planted"), "{with}");
    }
    let limited = said("toomanyrequests: You have reached your pull rate limit.", None);
    assert!(!limited.is_transient() && limited.problem().detail.contains("gives more"));
}
