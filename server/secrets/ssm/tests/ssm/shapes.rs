//! Parameters that are not as they should be: put there, changed or deleted by other hands.

use control_plane::ports::Failure as _;
use control_plane::ports::secret_store::{SecretError, SecretReader as _, SecretScope, SecretStore as _};
use secrets_ssm::KmsKey;
use serde_json::json;

use crate::support::{Bench, PLANTED, code, path, shown, told, value};

#[tokio::test]
async fn a_parameter_of_another_type_is_refused_and_left_alone() {
    let bench = Bench::new();
    for kind in ["String", "StringList"] {
        let name = format!("/atomo/acme/{kind}");
        bench.proxy.behind("PutParameter", json!({"Name": name, "Value": PLANTED, "Type": kind})).await;
        for outcome in [
            bench.store().get(&path(kind), None).await.map(|_| ()),
            bench.store().ensure(&path(kind), value("regenerated")).await.map(|_| ()),
            bench.store().history(&path(kind)).await.map(|_| ()),
        ] {
            let (error, problem) = told(outcome);
            assert!(matches!(error, SecretError::Shape { .. }) && !error.is_transient(), "{error}");
            for part in [name.as_str(), kind, "SecureString"] {
                assert!(problem.detail.contains(part), "{part}: {problem:?}");
            }
        }
    }
    assert!(bench.proxy.asked("PutParameter").is_empty(), "nothing is written over it");
}

#[tokio::test]
async fn a_type_that_aws_does_not_change_is_the_same_fault() {
    let bench = Bench::new();
    let fault = code("HierarchyTypeMismatchException", &format!("cannot change {PLANTED}"));
    bench.proxy.fail("PutParameter", 1, &fault);
    let (error, _) = told(bench.store().put(&path("KEY"), value(PLANTED)).await);
    assert!(matches!(error, SecretError::Shape { .. }), "{error}");
}

#[tokio::test]
async fn a_damaged_value_is_refused() {
    let bench = Bench::new();
    let body = json!({"Name": "/atomo/acme/KEY", "Value": "atomo-base64:?planted", "Type": "SecureString"});
    bench.proxy.behind("PutParameter", body).await;
    let (error, problem) = told(bench.store().get(&path("KEY"), None).await);
    assert!(matches!(error, SecretError::Shape { .. }), "{error}");
    assert!(problem.detail.contains("/atomo/acme/KEY"), "{problem:?}");
}

#[tokio::test]
async fn a_parameter_that_was_deleted_by_other_hands_is_absent() {
    let bench = Bench::new();
    let store = bench.store();
    store.put(&path("KEY"), value(PLANTED)).await.unwrap();
    bench.proxy.behind("DeleteParameter", json!({"Name": "/atomo/acme/KEY"})).await;
    assert!(store.get(&path("KEY"), None).await.unwrap().is_none());
    assert!(store.history(&path("KEY")).await.unwrap().is_empty());
    store.delete(&path("KEY")).await.unwrap();
}

#[tokio::test]
async fn a_value_that_other_hands_set_is_read_as_it_is() {
    let bench = Bench::new();
    let store = bench.store();
    store.put(&path("KEY"), value("ours")).await.unwrap();
    let body =
        json!({"Name": "/atomo/acme/KEY", "Value": "theirs", "Type": "SecureString", "Overwrite": true});
    bench.proxy.behind("PutParameter", body).await;
    assert_eq!(shown(store.get(&path("KEY"), None).await.unwrap()), Some(("theirs".into(), 2)));
    assert_eq!(shown(store.get(&path("KEY"), Some(1)).await.unwrap()), Some(("ours".into(), 1)));
}

#[tokio::test]
async fn versions_that_aws_has_dropped_are_absent_and_break_nothing() {
    let bench = Bench::new();
    let store = bench.store();
    for number in 1..=103 {
        assert_eq!(store.put(&path("KEY"), value(&format!("value {number}"))).await.unwrap(), number);
    }
    assert!(store.get(&path("KEY"), Some(3)).await.unwrap().is_none(), "only the last hundred are kept");
    assert_eq!(shown(store.get(&path("KEY"), Some(4)).await.unwrap()), Some(("value 4".into(), 4)));
    let history = store.history(&path("KEY")).await.unwrap();
    assert_eq!((history.len(), history[0].version, history[99].version), (100, 4, 103));
    let dropped = control_plane::ports::secret_store::Secret { value: value("value 1"), version: 1 };
    store.import(&path("KEY"), &dropped).await.unwrap();
    assert_eq!(bench.proxy.asked("PutParameter").len(), 103, "what is too old is not written again");
}

#[tokio::test]
async fn a_key_that_cannot_be_used_is_named() {
    let mut bench = Bench::new();
    let key: KmsKey = "alias/atomo".parse().unwrap();
    bench.settings.kms_key = Some(key);
    for id in ["InvalidKeyId", "KMSDisabledException"] {
        bench.proxy.fail("PutParameter", 1, &code(id, "no such key"));
        let (error, problem) = told(bench.store().put(&path("KEY"), value(PLANTED)).await);
        assert!(matches!(error, SecretError::Key { .. }), "{error}");
        for part in ["alias/atomo", id, "ATOMO_FLEET_KMS_KEY"] {
            assert!(problem.detail.contains(part), "{part}: {problem:?}");
        }
    }
    let hidden = "The ciphertext refers to a key that does not exist or you are not allowed to access.";
    bench.proxy.fail("GetParameter", 1, &code("AccessDeniedException", hidden));
    let (error, _) = told(bench.store().get(&path("KEY"), None).await);
    assert!(matches!(error, SecretError::Key { .. }), "{error}");
    bench.store().put(&path("KEY"), value(PLANTED)).await.unwrap();
    assert_eq!(bench.proxy.asked("PutParameter")[2]["KeyId"], "alias/atomo");
    assert!(bench.store().probe().await.unwrap().contains("alias/atomo"));
}

#[tokio::test]
async fn a_prefix_of_ones_own_is_in_every_name() {
    let mut bench = Bench::new();
    bench.settings.prefix = "/prod/fleet".parse().unwrap();
    let store = bench.store();
    store.put(&path("KEY"), value(PLANTED)).await.unwrap();
    assert_eq!(store.reference(&path("KEY")), "ssm:/prod/fleet/acme/KEY");
    assert_eq!(bench.proxy.asked("PutParameter")[0]["Name"], "/prod/fleet/acme/KEY");
    let listed = store.list(&SecretScope::Project("acme".parse().unwrap())).await.unwrap();
    assert_eq!(listed[0].name, "KEY");
    assert_eq!(bench.proxy.asked("GetParametersByPath")[0]["Path"], "/prod/fleet/acme");
}
