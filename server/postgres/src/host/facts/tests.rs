//! A verifier tells its password from every other.

use secrecy::SecretString;

use super::*;

#[test]
fn a_verifier_knows_its_password() {
    for password in ["of acme-crm", "a", "'; drop role postgres; --", &"x".repeat(200)] {
        let kept = crate::password::verifier(&SecretString::from(password));
        assert_eq!(verified(&kept, password), Password::Right, "{password}");
        for other in ["", "of acme-crn", &format!("{password} ")] {
            assert_eq!(verified(&kept, other), Password::Wrong, "{other} is not {password}");
        }
        assert_eq!(verified(&kept, "größe"), Password::Unknown, "the server normalises it");
    }
}

#[test]
fn what_is_no_verifier_is_no_right_password() {
    let kept = crate::password::verifier(&SecretString::from("secret"));
    for other in ["", "md5d41d8cd98f00b204e9800998ecf8427e", "SCRAM-SHA-256$", &kept[..40]] {
        assert_eq!(verified(other, "secret"), Password::Wrong, "{other}");
    }
    let endless = kept.replacen("4096", "4000000000", 1);
    assert_eq!(verified(&endless, "secret"), Password::Wrong, "no work beyond a limit");
}
