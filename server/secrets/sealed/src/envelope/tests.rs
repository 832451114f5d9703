//! Properties of the envelope.

use control_plane::ports::secret_store::SecretPath;
use proptest::prelude::*;

use super::{Place, Sealer};

const KEY: [u8; 32] = [7; 32];

proptest! {
    #[test]
    fn opens_to_what_was_sealed_and_hides_it(value in prop::collection::vec(any::<u8>(), 0..200), version in 1_u32..) {
        let path = SecretPath::fleet("token");
        let place = Place { path: &path, version };
        let closed = Sealer::new(&KEY).seal(place, &value).unwrap();
        let opened = Sealer::new(&KEY).open(place, &closed).unwrap();
        prop_assert_eq!(opened.as_slice(), value.as_slice());
        prop_assert!(value.len() < 8 || !closed.windows(value.len()).any(|window| window == value));
        prop_assert!(Sealer::new(&[8; 32]).open(place, &closed).is_none(), "another key opens nothing");
    }

    #[test]
    fn any_changed_or_missing_byte_is_noticed(value in ".{0,40}", at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let path = SecretPath::fleet("token");
        let place = Place { path: &path, version: 1 };
        let sealer = Sealer::new(&KEY);
        let closed = sealer.seal(place, value.as_bytes()).unwrap();
        let at = at.index(closed.len());
        let mut changed = closed.clone();
        changed[at] ^= flip;
        prop_assert!(sealer.open(place, &changed).is_none(), "byte {} was changed", at);
        prop_assert!(sealer.open(place, &closed[..at]).is_none(), "cut after {} bytes", at);
    }
}

#[test]
fn a_value_opens_in_its_own_place_only() {
    let (path, other) = (SecretPath::fleet("token"), SecretPath::fleet("tokens"));
    let sealer = Sealer::new(&KEY);
    let closed = sealer.seal(Place { path: &path, version: 1 }, b"value").unwrap();
    assert!(sealer.open(Place { path: &path, version: 1 }, &closed).is_some());
    assert!(sealer.open(Place { path: &path, version: 2 }, &closed).is_none(), "not as another version");
    assert!(sealer.open(Place { path: &other, version: 1 }, &closed).is_none(), "not under another name");
}

#[test]
fn no_two_sealings_are_alike() {
    let path = SecretPath::fleet("token");
    let place = Place { path: &path, version: 1 };
    let sealer = Sealer::new(&KEY);
    assert_ne!(sealer.seal(place, b"value").unwrap(), sealer.seal(place, b"value").unwrap());
}
