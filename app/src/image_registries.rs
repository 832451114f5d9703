//! Registries that images of the server are pulled from with a credential.

mod api;
mod panel;
mod remove;

pub(crate) use panel::ImageRegistriesPanel;
pub(crate) use remove::RemoveImageRegistryPage;
