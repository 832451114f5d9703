use super::back;

#[test]
fn a_form_goes_back_to_its_own_page() {
    let cases = [
        (Some("http://fleet.example:3000/projects/new"), "/projects/new?flash=1"),
        (
            Some("https://fleet.example/projects/new?repo=a%2Fb&flash=1#id"),
            "/projects/new?repo=a%2Fb&flash=1",
        ),
        (Some("https://fleet.example"), "/?flash=1"),
        (Some("https://fleet.example//evil.example/"), "/evil.example/?flash=1"),
        (None, "/?flash=1"),
    ];
    for (referer, expected) in cases {
        assert_eq!(back(referer), expected, "{referer:?}");
    }
}
