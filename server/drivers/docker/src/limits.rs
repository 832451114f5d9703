//! What a container may use: told to the engine, and read back.

use bollard::errors::Error;
use bollard::models::{ContainerUpdateBody, HostConfig};
use control_plane::ports::driver::DriverError;
use model::limits::{CpuLimit, MemoryLimit, PidsLimit};
use model::{ByteSize, InstanceKey, InstanceLimits};

use crate::fault::{away, found, reason};
use crate::labels::Fleet;

/// Microseconds in which an instance may use its share of processor time.
const PERIOD: i64 = 100_000;

/// A limit of memory without swap: an instance that swaps is slow for hours instead of ending with a reason.
pub(crate) fn host_config(limits: &InstanceLimits) -> HostConfig {
    let Figures { memory, quota, pids } = Figures::of(limits);
    HostConfig {
        memory: Some(memory),
        memory_swap: Some(memory),
        cpu_period: Some(PERIOD),
        cpu_quota: Some(quota),
        pids_limit: Some(pids),
        ..HostConfig::default()
    }
}

struct Figures {
    memory: i64,
    quota: i64,
    pids: i64,
}

impl Figures {
    fn of(limits: &InstanceLimits) -> Self {
        let InstanceLimits { memory, cpu, pids } = limits;
        Self {
            memory: i64::try_from(memory.bytes()).unwrap_or(i64::MAX),
            quota: i64::from(cpu.millis()) * PERIOD / 1000,
            pids: i64::from(pids.get()),
        }
    }
}

/// What the engine holds the container to; `None` where it does not hold it to all three.
pub(crate) fn read(host: &HostConfig) -> Option<InstanceLimits> {
    let positive = |number: Option<i64>| u64::try_from(number?).ok().filter(|number| *number > 0);
    let (quota, period) = (positive(host.cpu_quota)?, positive(host.cpu_period)?);
    let pids = u32::try_from(positive(host.pids_limit)?).ok()?;
    Some(InstanceLimits {
        memory: MemoryLimit::try_from(ByteSize::new(positive(host.memory)?)).ok()?,
        cpu: CpuLimit::of_millis(u32::try_from(quota * 1000 / period).ok()?).ok()?,
        pids: PidsLimit::try_from(pids).ok()?,
    })
}

/// Changes them while it runs. What the engine refuses (less memory than is in use, for one) takes another container.
pub(crate) async fn change(
    fleet: &Fleet,
    key: &InstanceKey,
    limits: &InstanceLimits,
) -> Result<(), DriverError> {
    const DOING: &str = "changing the limits of the container";
    let Figures { memory, quota, pids } = Figures::of(limits);
    let body = ContainerUpdateBody {
        memory: Some(memory),
        memory_swap: Some(memory),
        cpu_period: Some(PERIOD),
        cpu_quota: Some(quota),
        pids_limit: Some(pids),
        ..ContainerUpdateBody::default()
    };
    match found(fleet.engine(DOING)?.update_container(&fleet.container(key), body).await) {
        Ok(_) => Ok(()),
        Err(refusal @ Error::DockerResponseServerError { .. }) => {
            Err(DriverError::NotLive { reason: reason(&refusal) })
        }
        Err(fault) => Err(away(DOING)(fault)),
    }
}
