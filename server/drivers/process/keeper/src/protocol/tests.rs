use proptest::prelude::{ProptestConfig, any, prop, prop_assert, proptest};

use super::{Refusal, Reply, Request};

fn request(groups: Vec<String>, env: Vec<(String, String)>, redact: Vec<String>) -> Request {
    let (digest, address) = ("d".into(), "127.0.0.1:1".into());
    Request { digest, address, home: "/h".into(), program: "/p".into(), groups, env, redact }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_request_arrives_whole_and_a_cut_one_never(
        groups in prop::collection::vec(any::<String>(), 0..4),
        env in prop::collection::vec(any::<(String, String)>(), 0..5),
        redact in prop::collection::vec(any::<String>(), 0..5),
        cut in 0.0..1.0_f64,
    ) {
        let request = request(groups, env, redact);
        let bytes = request.encode();
        prop_assert!(Request::decode(bytes.as_slice()).unwrap() == request);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "any cut will do")]
        let cut = (bytes.len() as f64 * cut) as usize;
        prop_assert!(Request::decode(&bytes[..cut]).is_err());
    }
}

#[test]
fn what_is_no_request_is_refused() {
    assert!(Request::decode([0xff; 64].as_slice()).is_err(), "a length beyond reason");
    assert!(Request::decode(b"\x03\0\0\0abc".as_slice()).is_err(), "another release");
}

#[test]
fn every_reply_is_read_as_written() {
    for reply in [
        Reply::Started,
        Reply::Refused(Refusal::Busy),
        Reply::Refused(Refusal::Program("No such file".into())),
        Reply::Refused(Refusal::Storage("No space left".into())),
        Reply::Refused(Refusal::Other("odd".into())),
    ] {
        assert_eq!(Reply::parse(&format!("{reply}\n")), reply);
    }
    assert!(matches!(Reply::parse(""), Reply::Refused(Refusal::Other(_))));
    assert!(matches!(Reply::parse("hello"), Reply::Refused(Refusal::Other(_))));
}
