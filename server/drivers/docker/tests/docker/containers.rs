//! What the port does not say: the shape of containers, what belongs to others, an engine that is away.

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptionsBuilder, InspectNetworkOptions};
use control_plane::ports::Failure as _;
use control_plane::ports::driver::{Driver as _, DriverError};
use control_plane::testing::conformance::driver::DriverFixture as _;
use secrecy::SecretString;

use crate::support::{Fixture, id, read_until, tell};

#[tokio::test]
async fn an_instance_is_confined_and_reads_its_schema() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let seen = fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    let status = tell(&seen, "status");
    let line = |name: &str| status.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("CapEff").ends_with("0000000000000000"), "{status}");
    assert!(line("NoNewPrivs").ends_with('1'), "{status}");
    assert!(!line("Uid").split_whitespace().any(|uid| uid == "0"), "{status}");
    let container = fixture.engine.inspect_container(&fixture.container(&shop), None).await.unwrap();
    let host = container.host_config.unwrap();
    assert_eq!((host.readonly_rootfs, host.init, host.privileged), (Some(true), Some(true), Some(false)));
    let networks = container.network_settings.unwrap().networks.unwrap();
    assert_eq!(networks.keys().collect::<Vec<_>>(), [&fixture.container(&shop)], "its own network only");
}

#[tokio::test]
async fn no_instance_reaches_another_or_a_port_of_the_host() {
    let fixture = Fixture::new();
    let (one, other) = (id("one"), id("other"));
    let first = fixture.driver.ensure_running(&fixture.spec(&one)).await.unwrap();
    let second = fixture.driver.ensure_running(&fixture.spec(&other)).await.unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let container = fixture.engine.inspect_container(&fixture.container(&other), None).await.unwrap();
    let network = container.network_settings.unwrap().networks.unwrap().into_values().next().unwrap();
    let (address, gateway) = (network.ip_address.unwrap(), network.gateway.unwrap());
    assert_eq!(
        tell(&first, &format!("connect {}", "127.0.0.1:3000")),
        "connected",
        "the probe works: it reaches itself"
    );
    assert_eq!(tell(&first, &format!("connect {address}:3000")), "refused", "the other instance");
    assert_eq!(
        tell(&first, &format!("connect {gateway}:{}", second.address.rsplit(':').next().unwrap())),
        "refused",
        "its published port"
    );
    let local = listener.local_addr().unwrap().port();
    assert_eq!(
        tell(&first, &format!("connect {gateway}:{local}")),
        "refused",
        "what listens on the host's loopback"
    );
}

#[tokio::test]
async fn a_container_of_somebody_else_is_left_alone() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    let name = fixture.container(&shop);
    let options = CreateContainerOptionsBuilder::default().name(&name).build();
    let foreign = ContainerCreateBody { image: Some("atomo-test-instance:1".into()), ..Default::default() };
    let made = fixture.engine.create_container(Some(options), foreign).await.unwrap();
    let fault = fixture.driver.ensure_running(&spec).await.unwrap_err();
    assert!(
        matches!(&fault, DriverError::NameTaken { what: "container", name: taken } if *taken == name),
        "{fault:?}"
    );
    assert!(!fault.is_transient() && fault.problem().detail.contains(&name));
    assert_eq!(fixture.driver.inspect(&shop).await.unwrap(), None);
    assert_eq!(fixture.driver.list().await.unwrap(), vec![]);
    fixture.driver.remove(&shop).await.unwrap();
    let still = fixture.engine.inspect_container(&name, None).await.unwrap();
    assert_eq!(still.id, Some(made.id), "it is there as it was");
}

#[tokio::test]
async fn secrets_are_in_no_label_and_hidden_from_a_log_after_a_restart() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let mut spec = fixture.spec(&shop);
    spec.env = vec![("JWT_SECRET".into(), SecretString::from("planted-4711"))];
    spec.redact = vec![SecretString::from("planted-4711")];
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    fixture.print(&shop, &seen, "the key is planted-4711").await;
    let container = fixture.engine.inspect_container(&fixture.container(&shop), None).await.unwrap();
    let labels = format!("{:?}", container.config.unwrap().labels);
    assert!(labels.contains("JWT_SECRET") && !labels.contains("planted-4711"), "{labels}");
    read_until(&fixture, &shop, "the key is [redacted]").await;
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_told_as_such() {
    let fixture = Fixture::new();
    let driver = fixture.driver_at(std::path::Path::new("/tmp/no-engine.sock"));
    let fault = driver.probe().await.unwrap_err();
    assert!(fault.is_transient() && fault.to_string().contains("/tmp/no-engine.sock"), "{fault}");
}

#[tokio::test]
async fn what_was_replaced_can_still_be_read() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let mut spec = fixture.spec(&shop);
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    fixture.print(&shop, &seen, "from the first").await;
    spec.digest = "second".into();
    fixture.driver.ensure_running(&spec).await.unwrap();
    read_until(&fixture, &shop, "from the first").await;
}

#[tokio::test]
async fn an_instance_whose_project_nobody_knows_is_listed_and_goes_whole_when_it_is_told_to() {
    let (fixture, neighbour) = (Fixture::new(), Fixture::new());
    let shop = id("shop");
    let mut spec = fixture.spec(&shop);
    fixture.driver.ensure_running(&spec).await.unwrap();
    spec.digest = "second".into();
    fixture.driver.ensure_running(&spec).await.unwrap();
    neighbour.driver.ensure_running(&neighbour.spec(&shop)).await.unwrap();
    std::fs::write(fixture.folder.path().join("media/upload"), "a picture").unwrap();

    let driver = fixture.restarted(); // of a control plane that has no row for it
    let listed = driver.list().await.unwrap();
    assert_eq!(listed.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>(), ["shop"]);
    driver.ensure_stopped(&shop, std::time::Duration::from_secs(10)).await.unwrap();
    let exit = driver.inspect(&shop).await.unwrap().unwrap().exit.unwrap();
    assert_eq!(exit.out_of_memory, None, "{exit:?}");
    driver.remove(&shop).await.unwrap();

    assert_eq!(driver.list().await.unwrap(), []);
    let name = fixture.container(&shop);
    for container in [name.clone(), format!("{name}.before")] {
        fixture.engine.inspect_container(&container, None).await.unwrap_err();
    }
    fixture.engine.inspect_network(&name, None::<InspectNetworkOptions>).await.unwrap_err();
    for left in ["media/upload", "schema/schema.ts"] {
        assert!(fixture.folder.path().join(left).is_file(), "{left}");
    }
    assert_eq!(neighbour.driver.list().await.unwrap().len(), 1, "another fleet's of the same name");
}

#[tokio::test]
async fn a_network_that_was_pruned_while_the_instance_was_stopped_is_made_again() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    fixture.driver.ensure_running(&spec).await.unwrap();
    fixture.driver.ensure_stopped(&shop, std::time::Duration::from_secs(10)).await.unwrap();
    fixture.engine.remove_network(&fixture.container(&shop)).await.unwrap();
    let again = fixture.driver.ensure_running(&spec).await.unwrap();
    assert_eq!(tell(&again, "connect 127.0.0.1:3000"), "connected");
}

#[tokio::test]
async fn a_stopped_instance_starts_with_the_limits_that_were_set_meanwhile() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let mut spec = fixture.spec(&shop);
    fixture.driver.ensure_running(&spec).await.unwrap();
    fixture.driver.ensure_stopped(&shop, std::time::Duration::from_secs(10)).await.unwrap();
    spec.limits.memory = model::ByteSize::mib(256).try_into().unwrap();
    let again = fixture.driver.ensure_running(&spec).await.unwrap();
    assert_eq!(again.limits, Some(spec.limits), "the digest is the same, the container is another");
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_costs_no_instance_anything() {
    let fixture = Fixture::new();
    std::fs::write(fixture.folder.path().join("run"), "in the way").unwrap();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    fixture.print(&shop, &seen, "it runs").await;
    read_until(&fixture, &shop, "it runs").await;
    fixture.driver.ensure_stopped(&shop, std::time::Duration::from_secs(10)).await.unwrap();
    assert!(!fixture.driver.inspect(&shop).await.unwrap().unwrap().is_running());
    fixture.driver.remove(&shop).await.unwrap();
}
