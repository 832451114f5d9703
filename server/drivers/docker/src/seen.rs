//! Maps the engine's description of a container to the port's type.

use bollard::models::{ContainerInspectResponse, ContainerState};
use model::{ByteSize, Exit, InstanceSeen, OutOfMemory};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::labels::{ADDRESS, DIGEST};
use crate::limits;

/// An exit code above this is 128 plus the signal that ended the process.
const SIGNALLED: i64 = 128;
const LAST_SIGNAL: i64 = 64;

/// The instance in a container; `None` if the container was never started.
pub(crate) fn instance(container: &ContainerInspectResponse) -> Option<InstanceSeen> {
    let labels = container.config.as_ref()?.labels.as_ref()?;
    let state = container.state.as_ref()?;
    let runs = state.running == Some(true);
    Some(InstanceSeen {
        digest: labels.get(DIGEST)?.clone(),
        release: container.config.as_ref()?.image.clone().unwrap_or_default(),
        limits: container.host_config.as_ref().and_then(limits::read),
        address: labels.get(ADDRESS)?.clone(),
        pid: state.pid.filter(|_| runs).and_then(|pid| u32::try_from(pid).ok()).filter(|pid| *pid != 0),
        started_at: moment(state.started_at.as_deref())?,
        exit: if runs { None } else { Some(exit(container, state)?) },
    })
}

fn exit(container: &ContainerInspectResponse, state: &ContainerState) -> Option<Exit> {
    let code = state.exit_code.unwrap_or_default();
    let signal = (SIGNALLED + 1..=SIGNALLED + LAST_SIGNAL).contains(&code).then_some(code - SIGNALLED);
    let number = |value: i64| i32::try_from(value).ok();
    Some(Exit {
        code: if signal.is_some() { None } else { number(code) },
        signal: signal.and_then(number),
        out_of_memory: reached(container).filter(|_| state.oom_killed == Some(true)),
        at: moment(state.finished_at.as_deref())?,
    })
}

/// The memory limit. The peak is lost with the container's control group.
fn reached(container: &ContainerInspectResponse) -> Option<OutOfMemory> {
    let limit = u64::try_from(container.host_config.as_ref()?.memory?).ok()?;
    Some(OutOfMemory { limit: ByteSize::new(limit), peak: None })
}

/// A time of the engine; the year 1 means never.
pub(crate) fn moment(text: Option<&str>) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text?, &Rfc3339).ok().filter(|at| at.year() > 1)
}

#[cfg(test)]
mod tests;
