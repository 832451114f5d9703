//! What is accepted as a prefix and as a key.

use super::*;

#[test]
fn a_prefix_is_what_may_stand_in_front_of_a_parameters_name() {
    for good in ["/atomo", "/prod/atomo", "/a/b/c.d/e_f-g", "/atomo-2"] {
        assert_eq!(good.parse::<Prefix>().unwrap().to_string(), good);
    }
    let deep = "/a".repeat(14);
    let long = format!("/{}", "a".repeat(500));
    for bad in [
        "", "atomo", "/", "/atomo/", "//atomo", "/at omo", "/atomo:1", "/aws/x", "/SSM-x", "/ä", &deep, &long,
    ] {
        assert!(bad.parse::<Prefix>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_key_is_named_by_id_arn_or_alias() {
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let arn = format!("arn:aws:kms:eu-central-1:111122223333:key/{id}");
    for good in [id, &arn, "alias/atomo", "arn:aws-cn:kms:cn-north-1:111122223333:alias/atomo/fleet"] {
        assert_eq!(good.parse::<KmsKey>().unwrap().to_string(), good);
    }
    let other = format!("arn:aws:s3:eu-central-1:111122223333:key/{id}");
    for bad in ["", "atomo", "alias/", "key/1", "arn:aws:kms", &other, "alias/a b"] {
        assert!(bad.parse::<KmsKey>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_secret_has_one_name_below_the_prefix() {
    let prefix: Prefix = "/prod/atomo".parse().unwrap();
    let acme = SecretPath::project(&"acme".parse().unwrap(), "jwt_secret");
    assert_eq!(prefix.name(&acme), "/prod/atomo/acme/jwt_secret");
    assert_eq!(prefix.name(&SecretPath::fleet("token")), "/prod/atomo/_fleet/token");
}
