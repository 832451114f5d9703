//! Pins of ssh hosts. Pins of https hosts are tested with a real server, in `tests/real/https.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{check_https, check_ssh};

fn key(kind: &str, body: u8) -> Vec<u8> {
    let length = u32::try_from(kind.len()).unwrap().to_be_bytes();
    [&length, kind.as_bytes(), &[0, 0, 0, 4], &[body; 4]].concat()
}

fn line(kind: &str, body: u8) -> String {
    format!("git.test,10.0.0.1 {kind} {} a comment", STANDARD.encode(key(kind, body)))
}

#[test]
fn any_pinned_key_is_accepted() {
    let ed25519 = key("ssh-ed25519", 1);
    let lines = format!("# scanned\n{}\n{}\n", line("ssh-rsa", 9), line("ssh-ed25519", 1));
    for pinned in
        [line("ssh-ed25519", 1), lines, format!("|1|c2FsdA==|aGFzaA== {}", &line("ssh-ed25519", 1)[18..])]
    {
        assert_eq!(check_ssh(Some(&pinned), &ed25519, "git.test"), Ok(()), "{pinned}");
    }
    let public_key_file = format!("ssh-ed25519 {} root@git", STANDARD.encode(&ed25519));
    assert_eq!(check_ssh(Some(&public_key_file), &ed25519, "git.test"), Ok(()));
}

#[test]
fn without_a_pin_the_refusal_shows_the_line_to_pin() {
    let presented = key("ssh-ed25519", 1);
    let reason = check_ssh(None, &presented, "git.test").unwrap_err();
    assert!(reason.contains("SHA256:") && reason.contains("none is pinned"), "{reason}");
    let line = reason.split('"').nth(1).unwrap();
    assert_eq!(check_ssh(Some(line), &presented, "git.test"), Ok(()), "the line shown is the line to pin");
}

#[test]
fn another_key_is_refused_with_both_fingerprints() {
    let reason = check_ssh(Some(&line("ssh-ed25519", 1)), &key("ssh-ed25519", 2), "git.test").unwrap_err();
    assert_eq!(reason.matches("SHA256:").count(), 2, "{reason}");
}

#[test]
fn revoked_lines_and_nonsense_pin_nothing() {
    let presented = key("ssh-ed25519", 1);
    for pinned in
        [format!("@revoked {}", line("ssh-ed25519", 1)), String::new(), "git.test ssh-ed25519 ???".into()]
    {
        let reason = check_ssh(Some(&pinned), &presented, "git.test").unwrap_err();
        assert!(reason.contains("not a line of known_hosts"), "{reason}");
    }
    let mislabelled = format!("git.test ssh-rsa {}", STANDARD.encode(&presented));
    assert!(check_ssh(Some(&mislabelled), &presented, "git.test").is_err());
    assert!(
        check_ssh(Some(&line("ssh-ed25519", 1)), b"", "git.test").is_err(),
        "an empty key matches nothing"
    );
}

#[test]
fn a_pin_that_is_no_certificate_is_named() {
    let reason = check_https("nonsense", b"certificate", "git.test").unwrap_err();
    assert!(reason.contains("not a certificate in PEM"), "{reason}");
}
