use super::{as_typed, check_name};

#[test]
fn a_key_of_several_lines_keeps_them() {
    let key = "-----BEGIN KEY-----\nabc\n-----END KEY-----\n";
    assert_eq!(as_typed(&key.replace('\n', "\r\n")), key);
    assert_eq!(as_typed(key), key);
}

#[test]
fn a_name_is_trimmed_and_judged() {
    assert_eq!(check_name(" SMTP_PASSWORD ".into()).unwrap().as_str(), "SMTP_PASSWORD");
    assert!(check_name("smtp-password".into()).unwrap_err().for_field("name").is_some());
}
