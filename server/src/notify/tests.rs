//! Both kinds of socket address work; a socket without a listener is an error that is ignored.

use std::ffi::OsString;

use super::*;

fn heard(listener: &UnixDatagram) -> String {
    let mut buffer = [0; 64];
    let length = listener.recv(&mut buffer).unwrap();
    String::from_utf8_lossy(&buffer[..length]).into_owned()
}

#[test]
fn a_socket_of_the_file_system_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let listener = UnixDatagram::bind(&path).unwrap();
    send(path.as_os_str(), State::Ready).unwrap();
    send(path.as_os_str(), State::Stopping).unwrap();
    assert_eq!([heard(&listener), heard(&listener)], ["READY=1", "STOPPING=1"]);
}

#[test]
fn an_abstract_socket_is_told() {
    let name = format!("atomo-fleet-test-{}", std::process::id());
    let listener = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    send(&OsString::from(format!("@{name}")), State::Ready).unwrap();
    assert_eq!(heard(&listener), "READY=1");
}

#[test]
fn nobody_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(send(folder.path().join("absent").as_os_str(), State::Ready).is_err());
}
