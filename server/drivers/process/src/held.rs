//! What an instance is held to: kept beside its record, for whoever adopts it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use control_plane::ports::driver::DriverError;
use model::InstanceLimits;
use serde::{Deserialize, Serialize};

use crate::fault::away;
use crate::folder::RunFolder;
use crate::groups::{self, Groups};

const FILE: &str = "limits.json";
/// Why limits cannot be changed where an instance was started without groups.
pub(crate) const NO_GROUPS: &str = "this machine has no control groups for it";

/// The limits of the present or last instance, and the groups that hold it to them; none where there are no groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) limits: InstanceLimits,
    pub(crate) groups: Vec<PathBuf>,
}

impl Held {
    /// For an instance that is about to start. Where groups cannot be made, it runs without; [`crate::ProcessDriver`] says
    /// so when it is probed.
    pub(crate) fn prepare(
        folder: &RunFolder,
        groups: Option<&Groups>,
        limits: &InstanceLimits,
    ) -> io::Result<Self> {
        let name = folder.path().file_name().unwrap_or_default().to_string_lossy();
        let made = groups.map(|groups| groups.create(&name, limits)).transpose();
        let groups = made.unwrap_or_else(|fault| {
            tracing::warn!(instance = %name, %fault, "no limits: the control groups of the instance cannot be made");
            None
        });
        let held = Self { limits: *limits, groups: groups.unwrap_or_default() };
        held.write(folder.path())?;
        Ok(held)
    }

    /// What an earlier start left; `None` when there is nothing that can be read.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(FILE)).ok()?).ok()
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        let draft = folder.join(FILE).with_extension("new");
        fs::write(&draft, serde_json::to_vec(self)?)?;
        fs::rename(draft, folder.join(FILE))
    }

    /// Whether the running instance can be held to other limits at all.
    pub(crate) const fn can_change(&self) -> bool {
        !self.groups.is_empty()
    }

    /// Other limits for the running instance.
    pub(crate) fn change(mut self, folder: &Path, limits: &InstanceLimits) -> Result<(), DriverError> {
        if self.groups.is_empty() {
            return Err(DriverError::NotLive { reason: NO_GROUPS.to_owned() });
        }
        groups::write(&self.groups, limits)
            .map_err(|fault| DriverError::NotLive { reason: fault.to_string() })?;
        self.limits = *limits;
        self.write(folder).map_err(away("writing down the limits of the instance"))
    }

    /// After the end of the instance.
    pub(crate) fn remove_groups(&self) {
        for group in &self.groups {
            if let Err(fault) = groups::remove(group) {
                tracing::warn!(path = %group.display(), %fault, "a control group cannot be removed");
            }
        }
    }
}
