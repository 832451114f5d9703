//! Answers of AWS and of others, as they were recorded.

use super::*;

fn refusal(status: u16, code: &str, message: &str) -> Refusal {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
         <AWSAccessKeyId>AKIAPLANTED</AWSAccessKeyId><StringToSign>planted</StringToSign></Error>"
    );
    Refusal::new(status, &body)
}

#[test]
fn an_answer_has_one_meaning() {
    for (status, code, meaning) in [
        (503, "SlowDown", Meaning::Passing),
        (500, "InternalError", Meaning::Passing),
        (429, "TooManyRequests", Meaning::Passing),
        (400, "RequestTimeout", Meaning::Passing),
        (400, "BadDigest", Meaning::Passing),
        (409, "OperationAborted", Meaning::Passing),
        (403, "AccessDenied", Meaning::Denied),
        (403, "InvalidAccessKeyId", Meaning::Denied),
        (403, "SignatureDoesNotMatch", Meaning::Denied),
        (400, "ExpiredToken", Meaning::Denied),
        (400, "AuthorizationHeaderMalformed", Meaning::Denied),
        (301, "PermanentRedirect", Meaning::Denied),
        (404, "NoSuchBucket", Meaning::NoBucket),
        (404, "NoSuchKey", Meaning::Absent),
        (404, "NoSuchUpload", Meaning::Absent),
        (507, "XMinioStorageFull", Meaning::Full),
        (403, "QuotaExceeded", Meaning::Full),
        (400, "EntityTooLarge", Meaning::Rejected),
    ] {
        assert_eq!(refusal(status, code, "A message").meaning(), meaning, "{status} {code}");
    }
}

#[test]
fn a_text_has_code_and_message_and_no_credential() {
    let denied = refusal(403, "SignatureDoesNotMatch", "The signature does not match.");
    assert_eq!(denied.to_string(), "SignatureDoesNotMatch: The signature does not match");
    assert!(!format!("{denied:?}").to_lowercase().contains("planted"), "{denied:?}");
    assert_eq!(refusal(403, "AccessDenied", "").to_string(), "AccessDenied (HTTP 403)");
    assert!(refusal(500, "InternalError", &"x".repeat(9000)).to_string().len() < 400);
}

#[test]
fn the_answer_of_a_proxy_is_its_status() {
    for body in ["", "<html><Code>a <b> page</Code></html>", "bad gateway", "<Code>"] {
        let answer = Refusal::new(502, body);
        assert_eq!((answer.to_string().as_str(), answer.meaning()), ("HTTP 502", Meaning::Passing), "{body}");
    }
}
