use control_plane::ports::driver::{AddressRequest, InstanceSpec, MediaVolume, Release, SchemaFiles};
use secrecy::SecretString;
use serde_json::json;

use super::{User, body};
use crate::labels::Fleet;

fn spec() -> InstanceSpec {
    InstanceSpec {
        key: "crm".parse().unwrap(),
        digest: "first".into(),
        release: Release::Image("atomo-server:0.7.0".into()),
        limits: model::Limits::default().instance,
        address: AddressRequest::Given("127.0.0.1:21000".parse().unwrap()),
        env: vec![
            ("DATABASE_URL".into(), SecretString::from("postgres://crm:s3cr3t@localhost/crm?host=/run/pg")),
            ("LOG_FORMAT".into(), SecretString::from("json")),
            ("PORT".into(), SecretString::from("1")),
        ],
        schema: SchemaFiles::Folder("/data/crm/schema".into()),
        media: MediaVolume::Folder("/data/crm/media".into()),
        database_socket: Some("/run/pg".into()),
        redact: vec![SecretString::from("s3cr3t")],
    }
}

fn made() -> serde_json::Value {
    let fleet = Fleet { socket: "/run/docker.sock".into(), name: "here".into(), prefix: "atomo".into() };
    let user = User { uid: 65_532, gid: 65_532 };
    serde_json::to_value(body(&fleet, &spec(), "atomo-crm", user).unwrap()).unwrap()
}

#[test]
fn an_instance_is_confined() {
    let host = &made()["HostConfig"];
    assert_eq!(host["Init"], true);
    assert_eq!(host["ReadonlyRootfs"], true);
    assert_eq!(host["CapDrop"], serde_json::json!(["ALL"]));
    assert_eq!(host["SecurityOpt"], serde_json::json!(["no-new-privileges"]));
    assert_eq!((&host["Memory"], &host["MemorySwap"]), (&json!(536_870_912), &json!(536_870_912)), "no swap");
    assert_eq!((&host["CpuQuota"], &host["CpuPeriod"]), (&json!(100_000), &json!(100_000)));
    assert_eq!(host["PidsLimit"], 256);
    assert_eq!(host["RestartPolicy"]["Name"], "no");
    assert_eq!(host["NetworkMode"], "atomo-crm");
    assert_eq!(host["PortBindings"]["3000/tcp"][0]["HostIp"], "127.0.0.1");
    assert_eq!(host["PortBindings"]["3000/tcp"][0]["HostPort"], "21000");
    let mounts: Vec<_> =
        host["Mounts"].as_array().unwrap().iter().map(|it| (&it["Target"], &it["ReadOnly"])).collect();
    assert_eq!(
        serde_json::to_value(mounts).unwrap(),
        serde_json::json!([["/schema", true], ["/media", false], ["/run/pg", true]])
    );
}

#[test]
fn labels_name_what_is_secret_and_hold_none_of_it() {
    let made = made();
    assert_eq!(made["Labels"]["atomo.secret"], "DATABASE_URL");
    assert!(!made["Labels"].to_string().contains("s3cr3t"));
    assert_eq!(made["Cmd"], serde_json::Value::Null, "no argument");
}

#[test]
fn what_the_driver_decides_is_not_overridden() {
    let made = made();
    let ports: Vec<_> = made["Env"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it.as_str().unwrap().starts_with("PORT="))
        .collect();
    assert_eq!(ports, ["PORT=3000"]);
}
