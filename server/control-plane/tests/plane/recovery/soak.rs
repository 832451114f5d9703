//! Rounds of random writes, a backup, more writes and a restore, while the control plane is killed at random. The number of rounds
//! is `ATOMO_FLEET_TEST_RECOVERY_ROUNDS` (`make soak-recovery`: 200), the seed `ATOMO_FLEET_TEST_SEED`.

use std::time::Duration;

use model::{Operation, OperationStatus};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::{DATABASE, SHOP, newest, no_copy_is_left, restore, shop, upload};
use crate::support::world::id;
use crate::support::{Running, World, ines};

/// The longest time after which the control plane is killed.
const LONGEST: u64 = 2500;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a whole number"))
}

/// Everything that a restore has to bring back, as text.
async fn state(world: &World) -> String {
    let rows = "select md5(string_agg(t::text, ',' order by id)) || count(*) from things t";
    let sequence = "select last_value from pg_sequences where sequencename = 'things_id_seq'";
    let (rows, sequence) =
        (world.real().text(DATABASE, rows).await, world.real().text(DATABASE, sequence).await);
    format!("{rows} {sequence} {}", std::fs::read_to_string(upload(world)).unwrap())
}

async fn write(world: &World, random: &mut StdRng) {
    let (from, rows, state) =
        (random.random_range(0..900), random.random_range(1..400), random.random_range(0..2));
    let chosen = ["new", "done"][state];
    let statements = format!(
        "alter table things no force row level security;
         delete from things where id > {from} and random() < 0.3;
         update things set state = '{chosen}', extra = jsonb_build_object('r', {from}) where random() < 0.2;
         insert into things (body) select md5(random()::text) from generate_series(1, {rows});
         alter table things force row level security"
    );
    world.real().sql(DATABASE, &statements).await;
    std::fs::write(upload(world), format!("upload {from}")).unwrap();
}

/// Waits until the operation has succeeded, through kills of the control plane.
async fn done(world: &World, mut plane: Running, operation: &Operation, random: &mut StdRng) -> Running {
    for _ in 0..random.random_range(0..3) {
        tokio::time::sleep(Duration::from_millis(random.random_range(0..LONGEST))).await;
        plane.kill().await;
        plane = world.start().await;
    }
    let over = plane.over(operation.id).await;
    assert_eq!(over.status, OperationStatus::Succeeded, "{over:#?}");
    plane
}

#[tokio::test]
async fn what_was_backed_up_is_what_is_restored_whatever_happens_in_between() {
    let (rounds, seed) = (number("ATOMO_FLEET_TEST_RECOVERY_ROUNDS", 2), number("ATOMO_FLEET_TEST_SEED", 1));
    let mut random = StdRng::seed_from_u64(seed);
    let (world, mut plane) = shop().await;
    for round in 0..rounds {
        write(&world, &mut random).await;
        let expected = state(&world).await;
        let taking = plane.backups().create(&ines(), &id(SHOP)).await.unwrap();
        plane = done(&world, plane, &taking, &mut random).await;
        let backup = newest(&plane).await;
        write(&world, &mut random).await;
        let restored = restore(&plane, backup.id).await.unwrap();
        plane = done(&world, plane, &restored, &mut random).await;
        assert_eq!(state(&world).await, expected, "round {round} of the seed {seed}");
        plane.becomes(SHOP, "runs", |shop| shop.observed.facts.ready.present().is_some()).await;
    }
    no_copy_is_left(&world).await;
}
