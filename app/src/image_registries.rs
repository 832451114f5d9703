//! Image registries with a credential.

pub(crate) mod api;
mod panel;
mod remove;

pub(crate) use panel::ImageRegistriesPanel;
pub(crate) use remove::remove_image_registry_page;
