//! Where a project is reached from outside: computed here, and nowhere else.

use crate::Hostname;

/// The port of `https` that an address does not name.
const HTTPS: u16 = 443;

/// The name as it is written in an address, with the port where it is not the default: `crm.localhost:8443`.
pub fn authority(host: &Hostname, https_port: u16) -> String {
    if https_port == HTTPS { host.to_string() } else { format!("{host}:{https_port}") }
}

/// The address of a name at the gateway: `https://crm.localhost:8443`.
pub fn address(host: &Hostname, https_port: u16) -> String {
    format!("https://{}", authority(host, https_port))
}
