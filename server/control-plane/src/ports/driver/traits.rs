//! What differs between drivers and concerns the engine.

/// What the engine has to know about a driver to make a spec and a plan for it. Compared by value, never by the driver's
/// name, so that a further driver needs no change in the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriverTraits {
    /// What its instances run.
    pub artifact: Artifact,
    /// Where its instances get their address from.
    pub address: AddressSource,
    /// How its instances get their files.
    pub files: FileDelivery,
}

/// What instances run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Artifact {
    /// An image. It may have to be fetched before an instance is started.
    Image,
    /// An executable on the host. It is there or not; there is nothing to fetch.
    Program,
}

/// Where an address comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressSource {
    /// The engine allocates it before the start. The route can be pointed at it ahead of the instance.
    Given,
    /// The back end assigns it at the start. It is known only when the instance was seen.
    Assigned,
}

/// How files get to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileDelivery {
    /// By folders of this machine.
    Folders,
    /// By their content, in the spec; uploads are in a volume that the back end keeps under a name.
    Content,
}
