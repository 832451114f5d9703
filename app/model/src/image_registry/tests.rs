use super::{ImageRegistryDraft, RegistryHost};

#[test]
fn a_host_is_what_image_names_begin_with() {
    for (typed, host) in [
        ("ghcr.io", "ghcr.io"),
        (" GHCR.io ", "ghcr.io"),
        ("registry.example.com:5000", "registry.example.com:5000"),
        ("localhost", "localhost"),
        ("builder:5000", "builder:5000"),
        ("127.0.0.1:5000", "127.0.0.1:5000"),
        ("index.docker.io", "docker.io"),
    ] {
        assert_eq!(typed.parse::<RegistryHost>().unwrap().as_str(), host, "{typed}");
    }
    for typed in [
        "",
        "registry",
        "https://ghcr.io",
        "ghcr.io/atomo",
        "me@ghcr.io",
        "ghcr.io:",
        "ghcr.io:0",
        "ghcr.io:65536",
        "ghcr.io:+80",
        "a..b",
        "-a.example",
        "a_b.example",
        "[::1]:5000",
    ] {
        assert!(typed.parse::<RegistryHost>().is_err(), "{typed}");
    }
}

#[test]
fn an_image_is_of_the_registry_that_the_engine_asks() {
    for (image, host) in [
        ("atomo:1", "docker.io"),
        ("atomo/server:1", "docker.io"),
        ("docker.io/atomo/server:1", "docker.io"),
        ("index.docker.io/atomo/server:1", "docker.io"),
        ("ghcr.io/atomo/server@sha256:00", "ghcr.io"),
        ("registry.example.com:5000/server:1", "registry.example.com:5000"),
        ("localhost/server:1", "localhost"),
        ("builder:5000/server:1", "builder:5000"),
    ] {
        assert_eq!(RegistryHost::of_image(image).as_str(), host, "{image}");
    }
}

#[test]
fn all_wrong_fields_are_told_together_and_none_of_them_says_the_password() {
    let draft = ImageRegistryDraft { host: "x".into(), username: "a b".into(), password: " ".into() };
    let problem = draft.validate().unwrap_err();
    let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["host", "username", "password"]);
    let draft = ImageRegistryDraft { password: "planted".repeat(6000), ..draft };
    assert!(!format!("{:?}", draft.validate()).contains("planted"));
    let draft =
        ImageRegistryDraft { host: "ghcr.io".into(), username: "robot$ci".into(), password: "x".into() };
    assert_eq!(draft.validate().unwrap().username, "robot$ci");
}
