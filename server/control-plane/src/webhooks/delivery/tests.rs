use hmac::{Hmac, KeyInit as _, Mac as _};
use model::GitHost;
use secrecy::SecretString;
use sha2::Sha256;

use super::{Delivery, Event, branch};
use crate::webhooks::signature::is_valid;

const BODY: &[u8] = br#"{"ref":"refs/heads/main"}"#;

fn read(headers: &[(&str, &str)]) -> Option<Delivery> {
    let find =
        |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
    Delivery::read(find)
}

fn hex_of(key: &str, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    hex::encode(mac.chain_update(body).finalize().into_bytes())
}

fn valid(delivery: Option<&Delivery>, body: &[u8]) -> bool {
    is_valid(Some(&SecretString::from("key")), delivery, body)
}

/// What each host sends, as its documentation and its source say.
fn sent(signature: &str) -> [(GitHost, Vec<(&'static str, String)>); 4] {
    let prefixed = format!("sha256={signature}");
    let github = vec![
        ("x-hub-signature-256", prefixed),
        ("x-github-event", "push".to_owned()),
        ("x-github-delivery", "72d3162e".to_owned()),
    ];
    let own = |name: [&'static str; 3]| {
        vec![(name[0], signature.to_owned()), (name[1], "push".to_owned()), (name[2], "f6266f16".to_owned())]
    };
    let gitea = own(["x-gitea-signature", "x-gitea-event", "x-gitea-delivery"]);
    let gitea: Vec<_> = github.iter().cloned().chain(gitea).collect();
    let forgejo = own(["x-forgejo-signature", "x-forgejo-event", "x-forgejo-delivery"]);
    let forgejo: Vec<_> = gitea.iter().cloned().chain(forgejo).collect();
    let gitlab = vec![
        ("x-gitlab-token", "key".to_owned()),
        ("x-gitlab-event", "Push Hook".to_owned()),
        ("x-gitlab-event-uuid", "13792a34".to_owned()),
    ];
    [
        (GitHost::Github, github),
        (GitHost::Gitea, gitea),
        (GitHost::Forgejo, forgejo),
        (GitHost::Gitlab, gitlab),
    ]
}

fn borrowed<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn the_headers_of_each_host_are_read_and_its_proof_is_checked() {
    for (host, headers) in sent(&hex_of("key", BODY)) {
        let delivery = read(&borrowed(&headers)).unwrap();
        assert_eq!((delivery.host, delivery.event), (host, Event::Push));
        assert!(delivery.id.is_some(), "{host}");
        assert!(valid(Some(&delivery), BODY), "{host}");
        assert!(!is_valid(None, Some(&delivery), BODY), "{host}: there is no webhook");
        assert!(!is_valid(Some(&SecretString::from("other")), Some(&delivery), BODY), "{host}");
        if host != GitHost::Gitlab {
            assert!(!valid(Some(&delivery), b"{}"), "{host}: the body was changed");
        }
    }
}

#[test]
fn a_proof_that_is_absent_or_malformed_is_refused() {
    let of_nothing = hex_of("", BODY);
    for headers in [
        vec![],
        vec![("x-github-event", "push")],
        vec![("x-hub-signature-256", "sha256=no hex")],
        vec![("x-hub-signature-256", "sha256=")],
        vec![("x-hub-signature-256", "sha256=00")],
        vec![("x-hub-signature-256", of_nothing.as_str())],
        vec![("x-hub-signature", "sha1=0000")],
        vec![("x-gitlab-token", "")],
        vec![("x-gitlab-token", "key2")],
    ] {
        let delivery = read(&headers);
        assert!(!valid(delivery.as_ref(), BODY), "{headers:?}");
        assert!(!is_valid(None, delivery.as_ref(), BODY), "{headers:?} without a webhook");
    }
}

#[test]
fn a_repetition_is_recognised_by_the_signed_body_and_by_the_id() {
    let of = |headers: &[(&str, &str)], body: &[u8]| read(headers).unwrap().digests(body);
    let (first, second) = (("x-github-delivery", "1"), ("x-github-delivery", "2"));
    let signature = ("x-hub-signature-256", "00");
    let once = of(&[signature, first], BODY);
    let again = of(&[signature, second], BODY);
    assert_eq!(once.signed, again.signed, "whoever repeats it can change the id");
    assert_ne!(once.delivery, again.delivery);
    assert_ne!(of(&[signature, first], b"{}").signed, once.signed);

    let gitlab = |id: &str| of(&[("x-gitlab-token", "key"), ("x-gitlab-event-uuid", id)], BODY);
    assert_ne!(gitlab("1"), gitlab("2"), "equal bodies are other pushes");
    assert_eq!(gitlab("1"), gitlab("1"));
}

#[test]
fn other_events_are_told_apart() {
    for (event, expected) in [
        ("push", Event::Push),
        ("Push Hook", Event::Push),
        ("ping", Event::Ping),
        ("Tag Push Hook", Event::Other),
        ("issues", Event::Other),
    ] {
        let headers = [("x-gitea-signature", "00"), ("x-gitea-event", event)];
        assert_eq!(read(&headers).unwrap().event, expected, "{event}");
    }
}

#[test]
fn only_the_name_of_a_branch_is_read_from_the_body() {
    let long = format!(r#"{{"ref":"refs/heads/{}"}}"#, "a".repeat(256));
    assert_eq!(branch(BODY).unwrap().as_deref(), Some("main"));
    let other = br#"{"ref":"refs/heads/feature/a","commits":[{"id":1}],"after":null}"#;
    assert_eq!(branch(other).unwrap().as_deref(), Some("feature/a"));
    assert_eq!(branch(br#"{"ref":"refs/tags/v1"}"#).unwrap(), None);
    let bad: [&[u8]; 7] =
        [b"", b"[]", b"{}", b"\xff", br#"{"ref":1}"#, br#"{"ref":"refs/heads/a\nb"}"#, long.as_bytes()];
    for body in bad {
        assert_eq!(branch(body).unwrap_err().status, 422, "{:?}", String::from_utf8_lossy(body));
    }
}
