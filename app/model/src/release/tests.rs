use super::*;

fn accepted(text: &str) -> bool {
    ReleaseRef::try_from(text.to_owned()).is_ok()
}

#[test]
fn a_server_is_pinned() {
    for text in [
        "atomo-server:1.4.2",
        "ghcr.io/atomo/server:1.4.2",
        "registry:5000/atomo/server:1",
        "a@sha256:0123abcd",
    ] {
        assert!(accepted(text) && ReleaseRef::try_from(text.to_owned()).unwrap().is_image(), "{text}");
    }
    for text in
        ["atomo-server:latest", "ghcr.io/atomo/server", "registry:5000/server", "atomo-server:", "x:latest"]
    {
        assert!(!accepted(text), "{text}");
    }
}

#[test]
fn a_program_is_a_file_name_and_never_a_path() {
    assert!(accepted("atomo-server-1.4.2") && accepted("atomo-server"));
    assert!(!ReleaseRef::try_from("atomo-server".to_owned()).unwrap().is_image());
    for text in ["", "/bin/sh", "../sh", "..", "a b", "-x", ".hidden", "bin/sh", "a\nb", "a;b"] {
        assert!(!accepted(text), "{text}");
    }
}
