//! A container that somebody made by hand.

use std::collections::HashMap;

use bollard::models::{ContainerConfig, EndpointSettings, MountPoint, NetworkSettings};

use super::*;

fn container(env: &[&str], media: &str, networks: &[&str]) -> ContainerInspectResponse {
    let mount = MountPoint {
        source: Some("/srv/media".into()),
        destination: Some(media.into()),
        rw: Some(true),
        ..MountPoint::default()
    };
    let networks: HashMap<String, EndpointSettings> =
        networks.iter().map(|name| ((*name).to_owned(), EndpointSettings::default())).collect();
    ContainerInspectResponse {
        id: Some("c0ffee".into()),
        config: Some(ContainerConfig {
            image: Some("atomo:v1".into()),
            env: Some(env.iter().map(|pair| (*pair).to_owned()).collect()),
            ..ContainerConfig::default()
        }),
        mounts: Some(vec![mount]),
        network_settings: Some(NetworkSettings { networks: Some(networks), ..NetworkSettings::default() }),
        ..ContainerInspectResponse::default()
    }
}

#[tokio::test]
async fn another_environment_is_named_without_its_values() {
    let (folder, key) = (tempfile::tempdir().unwrap(), InstanceKey::main("shop".parse().unwrap()));
    let made = container(&["PORT=3000", "SECRET=hunter2", "OLD=1"], "/media", &["fleet-shop"]);
    record(folder.path(), &key, &made).await;
    let written = std::fs::read_to_string(path(folder.path(), &key)).unwrap();
    assert!(written.contains("SECRET") && !written.contains("hunter2"), "{written}");
    let recorded = recorded(folder.path(), &key).await.unwrap();
    assert_eq!(recorded.differences(&made), Vec::<String>::new());

    let mut by_hand = container(&["PORT=3000", "SECRET=other", "NEW=1"], "/data", &["fleet-shop", "bridge"]);
    by_hand.id = Some("decade".into());
    assert_eq!(
        recorded.differences(&by_hand),
        [
            "- environment OLD",
            "~ environment SECRET: another value",
            "+ environment NEW",
            "- mount /media from /srv/media, writable",
            "+ mount /data from /srv/media, writable",
            "+ network bridge",
        ]
    );
    remove(folder.path(), &key).await;
    assert_eq!(super::recorded(folder.path(), &key).await, None);
}
