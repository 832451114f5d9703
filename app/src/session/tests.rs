use super::local_path;

#[test]
fn after_the_log_in_only_our_own_pages_follow() {
    assert_eq!(local_path("/projects/crm?tab=1"), "/projects/crm?tab=1");
    for elsewhere in
        ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil"]
    {
        assert_eq!(local_path(elsewhere), "/", "{elsewhere:?}");
    }
}
