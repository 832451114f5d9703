//! What is shown of a commit has a limit.

use super::shortened;

#[test]
fn a_long_text_is_cut_at_a_character() {
    assert_eq!(shortened("kurz und gut".as_bytes(), 20), "kurz und gut");
    assert_eq!(shortened("größe".as_bytes(), 5), "größe");
    assert_eq!(shortened("größer".as_bytes(), 5), "größ…");
    assert_eq!(shortened("🔑".repeat(1_000_000).as_bytes(), 200).chars().count(), 200);
}
