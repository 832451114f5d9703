use std::net::TcpListener;

use super::name_holder;

#[test]
fn the_holder_of_a_port_is_named_with_its_process() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let us = format!("(pid {})", std::process::id());
    let reason = format!("listening on {address}: listen tcp {address}: bind: address already in use");
    assert!(name_holder(reason.clone(), &[address]).ends_with(&us));
    assert_eq!(name_holder("something else".into(), &[address]), "something else");
    drop(listener);
    assert_eq!(name_holder(reason.clone(), &[address]), reason);
}
