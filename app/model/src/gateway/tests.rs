use time::macros::datetime;

use super::CertificateSource::{Acme, Internal, Own};
use super::*;

#[test]
fn a_certificate_is_told_when_its_renewal_is_late_and_not_when_its_life_is_short() {
    let now = datetime!(2026-11-27 12:00 UTC);
    let lasts = |life: Duration, left: Duration| CertificateSeen {
        issuer: "CN=an issuer".into(),
        not_before: now + left - life,
        not_after: now + left,
    };
    let threshold = Duration::days(14);
    let (hours, days) = (Duration::hours, Duration::days);
    for (source, life, left, told) in [
        (Internal, hours(12), hours(11), false),
        (Internal, hours(12), hours(4), false),
        (Internal, hours(12), hours(1), true),
        (Acme, days(90), days(29), false),
        (Acme, days(90), days(13), true),
        (Acme, days(6), days(2), false),
        (Own, days(365), days(15), false),
        (Own, days(365), days(13), true),
        (Own, days(7), days(6), true),
        (Own, days(365), days(-1), true),
    ] {
        let seen = lasts(life, left);
        assert_eq!(seen.ends_soon(source, threshold, now), told, "{source} {life} {left}");
    }
}
