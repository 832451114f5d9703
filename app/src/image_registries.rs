//! Image registries with a credential.

mod api;
mod panel;
mod remove;

pub(crate) use panel::ImageRegistriesPanel;
pub(crate) use remove::RemoveImageRegistryPage;
