//! AWS that throttles, denies, hangs, cuts and answers nonsense: each becomes a problem with a way out, and nothing is
//! written after a read that failed.

use std::time::Duration;

use control_plane::ports::Failure as _;
use control_plane::ports::secret_store::{SecretError, SecretReader as _, SecretScope, SecretStore as _};
use model::ProblemKind;
use secrets_ssm::SsmStore;
use tokio::net::TcpListener;

use crate::support::{Bench, Fault, PLANTED, code, config, path, shown, throttle, told, value};

/// A test that waits longer than this waits for ever.
const PATIENCE: Duration = Duration::from_secs(120);

fn denial() -> Fault {
    let who = "User: arn:aws:iam::111122223333:user/fleet is not authorized to perform: ssm:GetParameter";
    let what = "on resource: arn:aws:ssm:eu-central-1:111122223333:parameter/atomo/acme/KEY because no policy allows it";
    code("AccessDeniedException", &format!("{who} {what}"))
}

#[tokio::test]
async fn a_throttle_is_waited_out() {
    let bench = Bench::new();
    let store = bench.store();
    store.put(&path("KEY"), value(PLANTED)).await.unwrap();
    bench.proxy.fail("GetParameter", 3, &throttle());
    assert_eq!(shown(store.get(&path("KEY"), None).await.unwrap()), Some((PLANTED.into(), 1)));
    assert_eq!(bench.proxy.asked("GetParameter").len(), 4);
    bench.proxy.fail("PutParameter", 2, &throttle());
    assert_eq!(store.put(&path("KEY"), value("two")).await.unwrap(), 2, "a write too, and once");
}

#[tokio::test]
async fn a_throttle_that_does_not_end_is_told_and_tried_again_later() {
    let bench = Bench::new();
    bench.proxy.fail("PutParameter", 100, &throttle());
    let (error, problem) = told(bench.store().put(&path("KEY"), value(PLANTED)).await);
    assert!(matches!(error, SecretError::Throttled { .. }) && error.is_transient(), "{error}");
    assert!(problem.detail.contains("asked too often"), "{problem:?}");
    let tries = bench.proxy.asked("PutParameter").len();
    assert!((2..=6).contains(&tries), "bounded: {tries}");
}

#[tokio::test]
async fn a_denial_names_the_right_that_is_missing_and_is_not_repeated() {
    let bench = Bench::new();
    bench.proxy.fail("GetParameter", 1, &denial());
    let (error, problem) = told(bench.store().get(&path("KEY"), None).await);
    assert!(!error.is_transient());
    for part in [
        "ssm:GetParameter",
        "arn:aws:ssm:eu-central-1:111122223333:parameter/atomo/acme/KEY",
        "iam-policy.json",
    ] {
        assert!(problem.detail.contains(part), "{part}: {problem:?}");
    }
    assert!(!problem.detail.contains("user/fleet"), "who asks is not told: {problem:?}");
    assert_eq!(bench.proxy.asked("GetParameter").len(), 1);

    bench.proxy.fail("GetParametersByPath", 1, &code("AccessDeniedException", ""));
    let (_, problem) = told(bench.store().list(&SecretScope::Fleet).await);
    assert!(problem.detail.contains("ssm:GetParametersByPath on parameter/atomo/_fleet"), "{problem:?}");
}

#[tokio::test]
async fn a_store_that_hangs_or_cuts_is_away_within_the_limit() {
    let bench = Bench::new();
    for fault in [Fault::Hang, Fault::Cut, Fault::Answer(502, "<html>Bad gateway</html>".into())] {
        bench.proxy.fail("GetParameter", 100, &fault);
        let store = bench.impatient_store();
        let asked = tokio::time::timeout(PATIENCE, store.get(&path("KEY"), None)).await;
        let (error, problem) = told(asked.expect("it does not hang with the store"));
        assert!(matches!(error, SecretError::Away { .. }) && error.is_transient(), "{fault:?}: {error}");
        assert!(problem.detail.contains("reading a secret"), "what was tried: {problem:?}");
        assert!(problem.detail.contains("SSM in eu-central-1"), "where: {problem:?}");
        bench.proxy.heal();
    }
    assert!(bench.store().get(&path("KEY"), None).await.unwrap().is_none(), "it is back");
}

#[tokio::test]
async fn an_answer_beyond_all_measure_is_not_read_to_its_end() {
    let bench = Bench::new();
    let endless = format!("{{\"Parameter\":{{\"Value\":\"{}\"}}}}", "x".repeat(4 * 1024 * 1024));
    bench.proxy.fail("GetParameter", 100, &Fault::Answer(200, endless));
    let (error, _) = told(bench.store().get(&path("KEY"), None).await);
    assert!(matches!(error, SecretError::Away { .. }), "{error}");
}

#[tokio::test]
async fn one_connection_that_is_cut_is_nobodys_business() {
    let bench = Bench::new();
    bench.proxy.fail("GetParameter", 1, &Fault::Cut);
    assert!(bench.store().get(&path("KEY"), None).await.unwrap().is_none());
}

#[tokio::test]
async fn nobody_listening_is_away_and_the_probe_says_so_soon() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let store = SsmStore::over(bench.settings.clone(), config(&nobody));
    let (error, _) = told(store.probe().await);
    assert!(matches!(&error, SecretError::Away { reason, .. } if reason.contains("refused")), "{error}");
    bench.proxy.fail("GetParametersByPath", 1, &Fault::Hang);
    let store = bench.impatient_store();
    told(tokio::time::timeout(PATIENCE, store.probe()).await.expect("it does not hang with the store"));
    assert!(bench.store().probe().await.unwrap().contains("below /atomo"), "it is back");
}

#[tokio::test]
async fn nothing_is_written_after_a_read_that_failed() {
    let bench = Bench::new();
    bench.store().put(&path("KEY"), value(PLANTED)).await.unwrap();
    let store = bench.impatient_store();
    let faults = [
        denial(),
        throttle(),
        Fault::Hang,
        Fault::Cut,
        Fault::Answer(500, "{}".into()),
        Fault::Answer(200, "{}".into()),
        Fault::Answer(200, "<html>a login page</html>".into()),
        code("InternalServerError", "once more"),
    ];
    for fault in faults {
        bench.proxy.fail("GetParameter", 100, &fault);
        let (error, _) = told(store.ensure(&path("KEY"), value("regenerated")).await);
        assert!(!matches!(error, SecretError::Gone { .. }), "{fault:?}: {error}");
        bench.proxy.heal();
    }
    assert_eq!(bench.proxy.asked("PutParameter").len(), 1, "only the test's own");
    assert_eq!(shown(store.get(&path("KEY"), None).await.unwrap()), Some((PLANTED.into(), 1)));
}

#[tokio::test]
async fn a_credential_that_is_not_accepted_is_named_as_the_fault() {
    let bench = Bench::new();
    for id in ["UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException"] {
        bench.proxy.fail("GetParameter", 1, &code(id, "The security token is invalid"));
        let (error, problem) = told(bench.store().get(&path("KEY"), None).await);
        assert!(matches!(error, SecretError::Credentials { .. }) && !error.is_transient(), "{error}");
        assert!(problem.detail.contains(id) && problem.detail.contains("AWS_ACCESS_KEY_ID"), "{problem:?}");
        assert_eq!(problem.kind, ProblemKind::Unavailable);
    }
}

#[tokio::test]
async fn a_list_without_an_end_is_ended() {
    let bench = Bench::new();
    let again = Fault::Answer(200, r#"{"Parameters": [], "NextToken": "again"}"#.into());
    bench.proxy.fail("GetParametersByPath", 100, &again);
    let (error, _) = told(bench.store().list(&SecretScope::Fleet).await);
    assert!(error.to_string().contains("without an end"), "{error}");
    assert_eq!(bench.proxy.asked("GetParametersByPath").len(), 2);
}
