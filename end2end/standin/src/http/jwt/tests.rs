use super::*;

fn claims() -> Claims {
    let text = |text: &str| text.to_owned();
    Claims {
        sub: text("u1"),
        email: text("a@example.test"),
        role: text("admin"),
        exp: 200,
        iat: 100,
        jti: text("s1"),
    }
}

#[test]
fn a_token_is_good_until_it_expires() {
    let secret = "planted-secret".into();
    let token = sign(&claims(), &secret).unwrap();
    assert_eq!(verify(&token, &secret, 199), Some(claims()));
    assert_eq!(verify(&token, &secret, 200), None);
}

#[test]
fn another_secret_or_algorithm_is_refused() {
    let token = sign(&claims(), &"one".into()).unwrap();
    assert_eq!(verify(&token, &"two".into(), 0), None);
    let (_, rest) = token.split_once('.').unwrap();
    let unsigned = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
    assert_eq!(verify(&unsigned, &"one".into(), 0), None);
}

/// Made with Python's `hmac`, so that not only our own verifier believes in it.
#[test]
fn a_token_equals_the_one_of_another_implementation() {
    let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    let payload = concat!(
        "eyJzdWIiOiJ1MSIsImVtYWlsIjoiYUBleGFtcGxlLnRlc3QiLCJyb2x",
        "lIjoiYWRtaW4iLCJleHAiOjIwMCwiaWF0IjoxMDAsImp0aSI6InMxIn0"
    );
    let signature = "IIhaTc33sja4RCKfE_orUHVyuJEKwHgKob1e2Xkb22Y";
    assert_eq!(sign(&claims(), &"k".into()).unwrap(), [header, payload, signature].join("."));
}
