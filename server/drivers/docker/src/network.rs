//! The private network of an instance.

use std::fs;
use std::net::Ipv4Addr;

use bollard::models::{Ipam, IpamConfig, NetworkCreateRequest, NetworkInspect};
use control_plane::ports::driver::DriverError;
use model::InstanceKey;
use tokio::sync::Mutex;

use crate::fault::{away, done_already, found, status};
use crate::labels::Fleet;
use crate::subnets::Subnets;

const DOING: &str = "making the project's network";
/// How many ranges are tried; each refusal means that another fleet took the range first.
const ATTEMPTS: usize = 16;

/// A network of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Network {
    pub(crate) name: String,
    /// Which network of that name: a container keeps to the one that it was made for.
    pub(crate) id: String,
}

/// Makes networks, one after the other: each takes the next free range.
#[derive(Debug)]
pub(crate) struct Networks {
    subnets: Subnets,
    turn: Mutex<()>,
}

impl Networks {
    pub(crate) fn new(subnets: Subnets) -> Self {
        Self { subnets, turn: Mutex::new(()) }
    }

    /// The instance's network, made where there is none.
    pub(crate) async fn ensure(&self, fleet: &Fleet, key: &InstanceKey) -> Result<Network, DriverError> {
        let name = fleet.container(key);
        let _turn = self.turn.lock().await;
        if let Some(network) = look(fleet, &name, DOING).await? {
            return if fleet.owns(network.labels.as_ref()) {
                Ok(Network { name, id: network.id.unwrap_or_default() })
            } else {
                Err(DriverError::NameTaken { what: "network", name })
            };
        }
        let mut refused = Vec::new();
        for _ in 0..ATTEMPTS {
            let mut taken = taken(fleet).await?;
            taken.extend(refused.iter().cloned());
            let subnet = self.subnets.free(&taken).ok_or_else(|| self.exhausted())?;
            match fleet.engine(DOING)?.create_network(request(fleet, key, &name, &subnet)).await {
                Ok(made) => return Ok(Network { name, id: made.id }),
                // somebody made a network there since we looked
                Err(fault) if matches!(status(&fault), Some(403 | 409)) => refused.push(subnet),
                Err(fault) => return Err(away(DOING)(fault)),
            }
        }
        Err(DriverError::Away {
            doing: DOING,
            reason: format!(
                "the engine refused {}; ATOMO_FLEET_DOCKER_SUBNETS names another range",
                refused.join(", ")
            ),
        })
    }

    fn exhausted(&self) -> DriverError {
        DriverError::Away {
            doing: DOING,
            reason: format!(
                "no /28 of {} is free; ATOMO_FLEET_DOCKER_SUBNETS names another range",
                self.subnets
            ),
        }
    }
}

/// Removes it. Absent is success, and so is a network of somebody else.
pub(crate) async fn remove(fleet: &Fleet, key: &InstanceKey) -> Result<(), DriverError> {
    const DOING: &str = "removing the project's network";
    let name = fleet.container(key);
    let present = look(fleet, &name, DOING).await?;
    if present.is_none_or(|network| !fleet.owns(network.labels.as_ref())) {
        return Ok(());
    }
    done_already(fleet.engine(DOING)?.remove_network(&name).await).map_err(away(DOING))
}

async fn look(fleet: &Fleet, name: &str, doing: &'static str) -> Result<Option<NetworkInspect>, DriverError> {
    fleet.ask(doing, async |engine| found(engine.inspect_network(name, None).await)).await
}

fn request(fleet: &Fleet, key: &InstanceKey, name: &str, subnet: &str) -> NetworkCreateRequest {
    let range = IpamConfig { subnet: Some(subnet.to_owned()), ..IpamConfig::default() };
    NetworkCreateRequest {
        name: name.to_owned(),
        driver: Some("bridge".to_owned()),
        ipam: Some(Ipam { config: Some(vec![range]), ..Ipam::default() }),
        labels: Some(fleet.labels(key)),
        ..NetworkCreateRequest::default()
    }
}

/// The ranges that the engine's networks and the machine's routes use.
async fn taken(fleet: &Fleet) -> Result<Vec<String>, DriverError> {
    let networks = fleet.ask(DOING, async |engine| engine.list_networks(None).await).await?;
    let ranges = networks.into_iter().filter_map(|network| network.ipam?.config).flatten();
    let mut taken: Vec<String> = ranges.filter_map(|range| range.subnet).collect();
    taken.extend(fs::read_to_string("/proc/net/route").map(|table| routes(&table)).unwrap_or_default());
    Ok(taken)
}

/// The ranges of the kernel's table but for the default route; addresses stand there as words in its own byte order.
fn routes(table: &str) -> Vec<String> {
    let word = |text: &str| u32::from_str_radix(text, 16).ok().map(u32::swap_bytes);
    let route = |line: &str| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let (destination, mask) = (word(fields.get(1)?)?, word(fields.get(7)?)?);
        (mask != 0).then(|| format!("{}/{}", Ipv4Addr::from_bits(destination), mask.count_ones()))
    };
    table.lines().skip(1).filter_map(route).collect()
}

#[cfg(test)]
mod tests;
