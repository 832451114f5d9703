//! What is written, how it is asked for, and what becomes of a write whose answer is lost.

use control_plane::ports::secret_store::{
    Secret, SecretError, SecretReader as _, SecretScope, SecretStore as _,
};
use secrets_ssm::value::MOST;

use crate::support::{Bench, Fault, PLANTED, code, path, shown, told, value};

#[tokio::test]
async fn a_write_asks_for_an_encrypted_parameter_and_overwrites_only_when_it_is_meant() {
    let bench = Bench::new();
    let store = bench.store();
    store.ensure(&path("KEY"), value(PLANTED)).await.unwrap();
    store.put(&path("KEY"), value("two")).await.unwrap();
    let written = bench.proxy.asked("PutParameter");
    for (body, overwrite, text) in [(&written[0], false, PLANTED), (&written[1], true, "two")] {
        assert_eq!(body["Type"], "SecureString");
        assert_eq!(body["Overwrite"], overwrite);
        assert_eq!(body["Value"], text, "as it is, for other tools to read");
        assert_eq!(body["Tier"], "Intelligent-Tiering");
        assert!(body.get("KeyId").is_none(), "AWS' own key");
    }
    assert!(bench.proxy.asked("GetParameter").iter().all(|body| body["WithDecryption"] == true));
}

#[tokio::test]
async fn a_list_is_read_to_its_end_and_decrypts_nothing() {
    let bench = Bench::new();
    let store = bench.store();
    let mut names: Vec<String> = (0..25).map(|number| format!("KEY_{number}")).collect();
    for name in &names {
        store.put(&path(name), value(PLANTED)).await.unwrap();
    }
    names.sort();
    let listed = store.list(&SecretScope::Project("acme".parse().unwrap())).await.unwrap();
    assert_eq!(listed.into_iter().map(|meta| meta.name).collect::<Vec<_>>(), names);
    let asked = bench.proxy.asked("GetParametersByPath");
    assert_eq!(asked.len(), 3);
    assert!(
        asked.iter().all(|body| body["WithDecryption"] != true && body["Path"] == "/atomo/acme"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_long_value_is_kept_up_to_what_aws_holds() {
    let bench = Bench::new();
    let store = bench.store();
    for length in [4096, 4097, MOST] {
        let text = "x".repeat(length);
        store.put(&path("LONG"), value(&text)).await.unwrap();
        assert_eq!(
            shown(store.get(&path("LONG"), None).await.unwrap()).map(|(text, _)| text.len()),
            Some(length)
        );
    }
    let calls = bench.proxy.asked("PutParameter").len();
    let (error, problem) = told(store.put(&path("LONG"), value(&"planted".repeat(1200))).await);
    assert!(matches!(error, SecretError::TooLong { bytes: 8400, most: MOST, .. }), "{error}");
    assert!(problem.for_field("value").is_some_and(|fault| fault.accepted.contains("8192")), "{problem:?}");
    assert_eq!(bench.proxy.asked("PutParameter").len(), calls, "AWS is not asked");
}

#[tokio::test]
async fn what_aws_refuses_is_told_without_the_value_that_it_quotes() {
    let bench = Bench::new();
    let quoted = code("ValidationException", &format!("Value '{PLANTED}' at 'value' is not accepted"));
    bench.proxy.fail("PutParameter", 1, &quoted);
    let (error, problem) = told(bench.store().put(&path("KEY"), value(PLANTED)).await);
    assert!(matches!(error, SecretError::Refused { .. }), "{error}");
    assert!(problem.detail.contains("ValidationException"), "{problem:?}");
    for (id, way_out) in
        [("ParameterLimitExceeded", "Delete some"), ("ParameterMaxVersionLimitExceeded", "label")]
    {
        bench.proxy.fail("PutParameter", 1, &code(id, PLANTED));
        let (_, problem) = told(bench.store().put(&path("KEY"), value(PLANTED)).await);
        assert!(problem.detail.contains(way_out), "{problem:?}");
    }
}

#[tokio::test]
async fn a_first_write_whose_answer_is_lost_is_found_and_not_made_again() {
    let bench = Bench::new();
    let store = bench.store();
    bench.proxy.fail("PutParameter", 1, &Fault::CutAfterwards);
    let kept = store.ensure(&path("KEY"), value(PLANTED)).await.unwrap();
    assert_eq!(shown(Some(kept)), Some((PLANTED.into(), 1)));
    assert_eq!(store.history(&path("KEY")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_import_whose_answer_is_lost_keeps_the_numbers() {
    let bench = Bench::new();
    let store = bench.store();
    let versions = [("one", 1), ("two", 2), ("three", 3)];
    for (text, version) in versions {
        let secret = Secret { value: value(text), version };
        bench.proxy.fail("PutParameter", 1, &Fault::CutAfterwards);
        if version > 1 {
            let (error, _) = told(store.import(&path("KEY"), &secret).await);
            assert!(matches!(error, SecretError::Away { .. }), "{error}");
        }
        store.import(&path("KEY"), &secret).await.unwrap();
    }
    let history = store.history(&path("KEY")).await.unwrap();
    let seen: Vec<_> = history.into_iter().filter_map(|secret| shown(Some(secret))).collect();
    assert_eq!(seen, versions.map(|(text, version)| (text.to_owned(), version)));
}

#[tokio::test]
async fn two_writers_at_one_parameter_take_turns() {
    let bench = Bench::new();
    bench.proxy.refuse_two_writers();
    let store = bench.store();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..4 {
        let store = store.clone();
        tasks
            .spawn(async move { store.put(&path("BUSY"), value(&format!("value {number}"))).await.unwrap() });
    }
    let mut versions = tasks.join_all().await;
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3, 4]);
}
