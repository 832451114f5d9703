use super::*;

#[test]
fn a_list_of_names_stays_a_list() {
    assert_eq!(constants("search_path", "\"$user\", public"), "'$user', 'public'");
    assert_eq!(constants("search_path", "\"a, b\",c"), "'a, b', 'c'");
    assert_eq!(constants("search_path", ""), "''");
    assert_eq!(constants("DateStyle", "ISO, MDY"), "'ISO, MDY'");
    assert_eq!(parameter("atomo.tenant_id"), r#""atomo"."tenant_id""#);
}
