//! One plan for each thing that an operator asks for, and for each thing that happens by itself.

use control_plane::ports::driver::Artifact;
use control_plane::testing::driver::assigned::AssignedDriver;
use model::{DesiredState, ObservationFacts, Observed};
use time::OffsetDateTime;

use super::simulator::{Simulated, exit};

#[test]
fn nothing_to_do_is_no_steps() {
    assert_eq!(Simulated::running().words(), "");
}

#[test]
fn create() {
    let new = Simulated::running().asked(|new| {
        new.record.project.schema_version = None;
        new.record.project.upstream = None;
        new.digest = None;
        new.seen = ObservationFacts::default();
    });
    assert_eq!(
        new.words(),
        "ensure_secrets ensure_database materialize_schema ensure_instance await_ready sync_route verify_route"
    );
}

#[test]
fn stop_tells_visitors_before_it_stops_the_instance() {
    let stopped = Simulated::running().asked(|it| it.record.project.desired_state = DesiredState::Stopped);
    assert_eq!(stopped.words(), "sync_route stop_instance");
}

#[test]
fn start() {
    let mut stopped =
        Simulated::running().asked(|it| it.record.project.desired_state = DesiredState::Stopped);
    while !stopped.round().is_empty() {}
    let started = stopped.asked(|it| it.record.project.desired_state = DesiredState::Running);
    assert_eq!(
        started.words(),
        "ensure_secrets ensure_database ensure_instance await_ready sync_route verify_route"
    );
}

#[test]
fn restart_holds_requests_at_the_other_address_before_the_instance_stops() {
    let restarted = Simulated::running().asked(|it| it.digest = Some("one restart more"));
    assert_eq!(
        restarted.words(),
        "ensure_secrets ensure_database point_route stop_instance ensure_instance await_ready verify_route"
    );
}

#[test]
fn other_limits_need_no_other_instance() {
    let limited = Simulated::running().asked(|it| {
        it.record.project.limits.instance.memory = model::ByteSize::mib(64).try_into().unwrap();
    });
    assert_eq!(limited.words(), "apply_limits", "the route is not concerned");
    let mut unknown = limited;
    unknown.seen.instance = match unknown.seen.instance {
        Observed::Present(instance) => Observed::Present(model::InstanceSeen { limits: None, ..instance }),
        other => other,
    };
    assert_eq!(unknown.words(), "", "what the driver does not know is left alone");
}

#[test]
fn limits_that_the_running_instance_cannot_be_held_to_take_another_one() {
    let mut limited = Simulated::running().asked(|it| {
        it.record.project.limits.instance.memory = model::ByteSize::mib(64).try_into().unwrap();
        it.seen.replace_for_limits = Some("70 MiB of memory are in use".into());
    });
    assert_eq!(
        limited.words(),
        "ensure_secrets ensure_database point_route stop_instance ensure_instance await_ready verify_route"
    );
    limited.round();
    assert_eq!(limited.words(), "", "its successor is held to them, whatever was seen of the former one");
}

#[test]
fn where_the_back_end_assigns_addresses_the_route_follows_the_instance() {
    let mut run = Simulated { driver: AssignedDriver::TRAITS, ..Simulated::running() };
    assert_eq!(run.words(), "", "an address of its own is none of the engine's");
    run.seen.instance = Observed::Absent;
    run.seen.ready = Observed::Absent;
    assert_eq!(
        run.words(),
        "ensure_secrets ensure_database fetch_release ensure_instance await_ready sync_route verify_route"
    );
    run.round();
    assert_eq!(run.record.project.upstream, run.seen.instance.present().map(|it| it.address.clone()));
    let replaced = run.asked(|it| it.digest = Some("another image"));
    assert_eq!(
        replaced.words(),
        "ensure_secrets ensure_database fetch_release stop_instance ensure_instance await_ready sync_route verify_route",
        "nobody knows ahead where the successor listens"
    );
}

#[test]
fn an_image_is_fetched_before_the_present_instance_is_touched() {
    let mut replaced = Simulated::running().asked(|it| it.digest = Some("another image"));
    replaced.driver.artifact = Artifact::Image;
    assert_eq!(
        replaced.words(),
        "ensure_secrets ensure_database fetch_release point_route stop_instance ensure_instance await_ready verify_route"
    );
}

#[test]
fn an_edit_of_the_hostname_touches_the_route_alone() {
    let renamed = Simulated::running().asked(|it| {
        it.record.former_hostnames = it.record.project.hostname.take().into_iter().collect();
        it.record.project.hostname = Some("store.example.test".parse().unwrap());
    });
    assert_eq!(renamed.words(), "sync_route verify_route retire_route");
}

#[test]
fn an_edit_of_the_environment_that_uses_a_new_secret_reads_it_first() {
    let edited = Simulated::running().asked(|it| it.digest = None);
    assert_eq!(
        edited.words(),
        "ensure_secrets ensure_database point_route stop_instance ensure_instance await_ready verify_route"
    );
}

#[test]
fn delete() {
    let deleted =
        Simulated::running().asked(|it| it.record.delete_requested_at = Some(OffsetDateTime::UNIX_EPOCH));
    assert_eq!(deleted.words(), "retire_route stop_instance remove_instance keep_database");
}

#[test]
fn an_instance_is_stopped_although_nobody_can_tell_its_visitors() {
    let mut blind = Simulated::running();
    blind.seen.route = Observed::Unknown;
    let stopped = blind.clone().asked(|it| it.record.project.desired_state = DesiredState::Stopped);
    assert_eq!(stopped.words(), "stop_instance sync_route");
    let deleted = blind.asked(|it| it.record.delete_requested_at = Some(OffsetDateTime::UNIX_EPOCH));
    assert_eq!(deleted.words(), "stop_instance remove_instance retire_route keep_database");
}

#[test]
fn an_instance_that_ended_elsewhere_learns_where_its_database_is_now() {
    let mut moved = Simulated::running();
    if let Observed::Present(instance) = &mut moved.seen.instance {
        (instance.exit, instance.digest) = (Some(exit()), "of another place".into());
    }
    moved.seen.ready = Observed::Absent;
    assert_eq!(moved.words(), "ensure_secrets ensure_database ensure_instance await_ready verify_route");
}

#[test]
fn a_crash_restarts_on_the_same_address_without_an_apply() {
    let mut crashed = Simulated::running();
    if let Observed::Present(instance) = &mut crashed.seen.instance {
        instance.exit = Some(exit());
    }
    crashed.seen.ready = Observed::Absent;
    assert_eq!(crashed.words(), "ensure_database ensure_instance await_ready verify_route");
}

#[test]
fn a_schema_file_that_was_edited_by_hand_is_written_anew() {
    let mut edited = Simulated::running();
    edited.seen.schema = Observed::Absent;
    assert_eq!(edited.words(), "materialize_schema");
}

#[test]
fn a_gateway_that_forgot_its_routes_gets_them_again() {
    let mut forgot = Simulated::running();
    forgot.seen.route = Observed::Absent;
    assert_eq!(forgot.words(), "sync_route verify_route");
}

#[test]
fn what_nobody_can_see_is_left_alone() {
    let mut unseen = Simulated::running();
    unseen.seen = ObservationFacts::default();
    assert_eq!(unseen.words(), "");
}

#[test]
fn a_database_on_which_nothing_was_proved_to_run_is_made_again() {
    let taken_over = Simulated::running().asked(|it| {
        it.record.project.schema_version = None;
        it.seen.instance = Observed::Absent;
        it.seen.ready = Observed::Absent;
    });
    assert_eq!(taken_over.words(), "ensure_secrets ensure_database ensure_instance await_ready verify_route");
}

#[test]
fn an_instance_that_hangs_is_replaced_while_requests_wait() {
    let mut hangs = Simulated::running();
    (hangs.seen.ready, hangs.seen.hangs) = (Observed::Absent, true);
    assert_eq!(
        hangs.words(),
        "ensure_database point_route stop_instance ensure_instance await_ready verify_route"
    );
}

#[test]
fn what_was_not_reached_is_verified_until_it_is() {
    let mut unreached = Simulated::running();
    unreached.seen.reached = Observed::Absent;
    assert_eq!(unreached.words(), "verify_route", "a request failed");
    unreached.seen.reached = Observed::Unknown;
    assert_eq!(unreached.words(), "", "observed again by the next look, without a plan");
    let due = unreached.asked(|_| {});
    assert_eq!(due.words(), "verify_route", "nothing that was asked for is done before it was reached");
    let mut renamed = Simulated::running();
    renamed.record.project.aliases = vec!["store.example.test".parse().unwrap()];
    renamed.seen.route = super::simulator::route(&renamed.record);
    assert_eq!(renamed.words(), "verify_route", "it was reached under other names");
}

#[test]
fn a_job_keeps_its_project_as_it_is_or_in_maintenance() {
    let job = Some(uuid::Uuid::from_u128(1).into());
    let held = Simulated::running().asked(|it| {
        it.record.exclusive_job = job;
        it.record.project.desired_state = DesiredState::Stopped;
        it.digest = Some("another");
    });
    assert_eq!(held.words(), "", "whatever is asked for or differs");
    let deleted = held.asked(|it| it.record.delete_requested_at = Some(OffsetDateTime::UNIX_EPOCH));
    assert_eq!(deleted.words(), "", "also a delete");
    let mut maintained = Simulated::running();
    (maintained.record.exclusive_job, maintained.record.maintenance) = (job, true);
    assert_eq!(maintained.words(), "sync_route stop_instance");
    while !maintained.round().is_empty() {}
    assert_eq!(maintained.seen.route.present().unwrap().upstream, None, "the maintenance page stands");
    (maintained.record.exclusive_job, maintained.record.maintenance) = (None, false);
    assert_eq!(maintained.words(), "ensure_database ensure_instance await_ready sync_route verify_route");
}

#[test]
fn steps_say_which_difference_they_close() {
    let mut crashed = Simulated::running();
    if let Observed::Present(instance) = &mut crashed.seen.instance {
        instance.exit = Some(exit());
    }
    crashed.seen.ready = Observed::Absent;
    let reasons: Vec<Option<String>> = crashed.planned().into_iter().map(|planned| planned.reason).collect();
    assert_eq!(reasons, [None, Some("The instance ended with exit code 1".into()), None, None]);
}
