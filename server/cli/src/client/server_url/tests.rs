//! Addresses and paths.

use super::*;

fn url(server: &str, path: &Path<'_>) -> String {
    server.parse::<ServerUrl>().unwrap().url(path).to_string()
}

#[test]
fn a_part_is_one_segment_whatever_it_holds() {
    let path = Path::of(&["projects", "a/../../b?c#d%2f e", "start"]);
    assert_eq!(
        url("http://127.0.0.1:3000", &path),
        "http://127.0.0.1:3000/api/v1/projects/a%2F..%2F..%2Fb%3Fc%23d%252f%20e/start"
    );
}

#[test]
fn a_query_is_encoded_and_left_out_when_empty() {
    let path =
        Path::of(&["repositories", "commits"]).with("repo", Some("file:///a b&c")).with("x", None::<u8>);
    assert_eq!(
        url("https://fleet.example.com/behind/", &path),
        "https://fleet.example.com/behind/api/v1/repositories/commits?repo=file%3A%2F%2F%2Fa+b%26c"
    );
    assert_eq!(url("http://h.example", &Path::of(&["fleet"])), "http://h.example/api/v1/fleet");
}

#[test]
fn an_address_with_anything_but_a_place_is_refused() {
    let refused =
        ["", "fleet", "ftp://h", "file:///x", "http://u:p@h", "http://u@h", "http://h?x=1", "http://h#x"];
    for wrong in refused {
        let fault = wrong.parse::<ServerUrl>().unwrap_err();
        assert!(fault.contains("Accepted: "), "{wrong}: {fault}");
        assert!(!fault.contains("u:p"), "{fault}");
    }
}

#[test]
fn this_machine_is_known_by_its_names() {
    for (address, here) in [
        ("http://127.0.0.1:3000", true),
        ("http://[::1]:3000", true),
        ("http://localhost", true),
        ("https://fleet.localhost", true),
        ("https://fleet.example.com", false),
        ("http://localhost.example.com", false),
    ] {
        assert_eq!(address.parse::<ServerUrl>().unwrap().is_loopback(), here, "{address}");
    }
}
