//! Images out of a real registry: with the right credential, with a wrong one, with none; a registry that is away.

use std::time::Duration;

use control_plane::ports::Failure as _;
use control_plane::ports::driver::{Driver as _, DriverError, RegistryCredential, Release};
use control_plane::testing::conformance::driver::DriverFixture as _;
use tokio::sync::watch;

use crate::support::registry::{Access, ImageRegistry, PASSWORD, ROBOT, forget};
use crate::support::{Fixture, id};

fn as_robot(password: &str) -> RegistryCredential {
    RegistryCredential { username: ROBOT.into(), password: password.to_owned().into() }
}

async fn fetch(
    fixture: &Fixture,
    image: &str,
    credential: Option<&RegistryCredential>,
) -> Result<Vec<String>, DriverError> {
    let (progress, mut told) = watch::channel(String::new());
    let listening = tokio::spawn(async move {
        let mut lines = Vec::new();
        while told.changed().await.is_ok() {
            lines.push(told.borrow_and_update().clone());
        }
        lines
    });
    let fetched = fixture.driver.fetch(&Release::Image(image.into()), credential, &progress).await;
    drop(progress);
    let lines = listening.await.unwrap();
    fetched.map(|()| lines)
}

#[tokio::test]
async fn a_private_image_is_pulled_as_whoever_may_and_as_nobody_else() {
    let fixture = Fixture::new();
    let registry = ImageRegistry::start(Access::Robot);
    let image = registry.push("atomo/server:1");
    let mut spec = fixture.spec(&id("shop"));
    spec.release = Release::Image(image.clone());

    let fault = fetch(&fixture, &image, None).await.unwrap_err();
    let detail = fault.problem().detail;
    assert!(matches!(fault, DriverError::Release { .. }) && !fault.is_transient(), "{fault}");
    assert!(detail.contains(&format!("add {} with one", registry.host)), "{detail}");

    let fault = fetch(&fixture, &image, Some(&as_robot("planted-wrong"))).await.unwrap_err();
    let detail = fault.problem().detail;
    assert!(matches!(fault, DriverError::Release { .. }) && !fault.is_transient(), "{fault}");
    assert!(detail.contains("as robot was not accepted") && !detail.contains("planted"), "{detail}");
    fixture.driver.check(&spec).await.unwrap_err();

    let robot = as_robot(PASSWORD);
    let told = fetch(&fixture, &image, Some(&robot)).await.unwrap();
    assert!(told.last().is_some_and(|line| line.ends_with("1 of 1 layers")), "{told:?}");
    fixture.driver.check(&spec).await.unwrap();
    let again = fetch(&fixture, &image, None).await.unwrap();
    assert!(again.is_empty(), "it is there, and nobody is asked: {again:?}");
    forget(&image);
}

#[tokio::test]
async fn an_image_that_the_registry_does_not_have_is_refused_by_name() {
    let fixture = Fixture::new();
    let registry = ImageRegistry::start(Access::Robot);
    let image = format!("{}/atomo/server:2", registry.host);
    let fault = fetch(&fixture, &image, Some(&as_robot(PASSWORD))).await.unwrap_err();
    assert!(matches!(fault, DriverError::Release { .. }) && !fault.is_transient(), "{fault}");
    let detail = fault.problem().detail;
    assert!(detail.contains(&image) && detail.contains("unknown"), "{detail}");
    assert!(!detail.contains("credential"), "it was accepted: {detail}");
}

#[tokio::test]
async fn a_registry_that_is_away_is_named_and_waited_for() {
    let fixture = Fixture::new();
    let mut registry = ImageRegistry::start(Access::Robot);
    let image = registry.push("atomo/server:1");
    registry.stop();
    let fault = fetch(&fixture, &image, Some(&as_robot(PASSWORD))).await.unwrap_err();
    assert!(fault.is_transient(), "{fault}");
    let DriverError::Registry { host, .. } = &fault else { panic!("{fault:?}") };
    assert_eq!(host.as_str(), registry.host);
    let problem = fault.problem();
    assert!(problem.detail.contains(&registry.host) && problem.detail.contains("tried again"), "{problem}");
}

#[tokio::test]
async fn a_registry_that_goes_silent_is_given_up_and_waited_for() {
    let fixture = Fixture::new();
    let registry = ImageRegistry::start(Access::Robot);
    let image = registry.push("atomo/server:1");
    registry.freeze();
    let driver = fixture.impatient(Duration::from_secs(2));
    let (progress, _told) = watch::channel(String::new());
    let robot = as_robot(PASSWORD);
    let image = Release::Image(image);
    let pull = driver.fetch(&image, Some(&robot), &progress);
    let fault = tokio::time::timeout(Duration::from_secs(30), pull).await.unwrap().unwrap_err();
    assert!(matches!(&fault, DriverError::Registry { .. }) && fault.is_transient(), "{fault}");
    assert!(fault.to_string().contains("nothing came for 2 s"), "{fault}");
}
