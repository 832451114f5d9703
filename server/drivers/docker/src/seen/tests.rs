use bollard::models::ContainerInspectResponse;
use serde_json::json;

use super::instance;

fn container(state: &serde_json::Value) -> ContainerInspectResponse {
    let labels = json!({ "atomo.digest": "first", "atomo.address": "127.0.0.1:21000" });
    serde_json::from_value(json!({ "Config": { "Labels": labels }, "State": state })).unwrap()
}

const STARTED: &str = "2026-11-25T10:00:00.123456789Z";
const ENDED: &str = "2026-11-25T10:00:09.5Z";

#[test]
fn a_running_container_is_a_running_instance() {
    let state =
        json!({ "Running": true, "Pid": 812, "StartedAt": STARTED, "FinishedAt": "0001-01-01T00:00:00Z" });
    let seen = instance(&container(&state)).unwrap();
    assert_eq!(
        (seen.digest.as_str(), seen.address.as_str(), seen.pid),
        ("first", "127.0.0.1:21000", Some(812))
    );
    assert!(seen.exit.is_none());
}

#[test]
fn an_end_has_its_code_or_its_signal() {
    for (code, expected) in
        [(0, (Some(0), None)), (3, (Some(3), None)), (137, (None, Some(9))), (255, (Some(255), None))]
    {
        let state = json!({ "Running": false, "Pid": 0, "ExitCode": code, "StartedAt": STARTED, "FinishedAt": ENDED });
        let seen = instance(&container(&state)).unwrap();
        let exit = seen.exit.unwrap();
        assert_eq!((exit.code, exit.signal), expected);
        assert_eq!(seen.pid, None);
    }
}

#[test]
fn what_never_ran_is_no_instance() {
    let never = "0001-01-01T00:00:00Z";
    let state = json!({ "Running": false, "ExitCode": 0, "StartedAt": never, "FinishedAt": never });
    assert_eq!(instance(&container(&state)), None);
    assert_eq!(instance(&ContainerInspectResponse::default()), None);
}
