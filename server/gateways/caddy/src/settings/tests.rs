use super::AdminAddress;

#[test]
fn every_spelling_of_a_socket_is_the_same_socket() {
    for text in ["unix//run/caddy/admin.sock", "unix:///run/caddy/admin.sock", "/run/caddy/admin.sock"] {
        let address: AdminAddress = text.parse().unwrap();
        assert_eq!(address, AdminAddress::Unix("/run/caddy/admin.sock".into()), "{text}");
        assert_eq!(address.to_string(), "unix//run/caddy/admin.sock", "{text}");
    }
}

#[test]
fn a_tcp_address_keeps_its_host_as_it_was_given() {
    for (text, kept) in [
        ("127.0.0.1:2019", "127.0.0.1:2019"),
        ("http://localhost:2019/", "localhost:2019"),
        ("[::1]:2019", "[::1]:2019"),
    ] {
        assert_eq!(text.parse(), Ok(AdminAddress::Tcp(kept.into())), "{text}");
    }
}

#[test]
fn anything_else_is_refused_with_what_is_accepted() {
    for text in
        ["", "localhost", "localhost:", "localhost:0", ":2019", "https://x/y:1", "unix/", "u@h:1", "h:99999"]
    {
        let error = text.parse::<AdminAddress>().unwrap_err().to_string();
        assert!(error.contains(&format!("\"{text}\"")) && error.contains("127.0.0.1:2019"), "{error}");
    }
}
