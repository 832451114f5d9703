use super::{Theme, local_path};

#[test]
fn the_look_goes_round_and_an_unknown_word_is_as_the_system() {
    assert_eq!(Theme::System.next().next().next(), Theme::System);
    for theme in [Theme::System, Theme::Light, Theme::Dark] {
        assert_eq!(Theme::from_word(theme.word().unwrap_or("system")), theme);
    }
    assert_eq!(Theme::from_word("\"><script>"), Theme::System);
}

#[test]
fn after_the_log_in_only_our_own_pages_follow() {
    assert_eq!(local_path("/projects/crm?tab=1"), "/projects/crm?tab=1");
    for elsewhere in
        ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil"]
    {
        assert_eq!(local_path(elsewhere), "/", "{elsewhere:?}");
    }
}
