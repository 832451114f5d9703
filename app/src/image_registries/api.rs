//! Image registries: context, call, answer.

use leptos::prelude::*;
use model::{ImageRegistry, ImageRegistryDraft, ImageRegistryId};

use crate::error::AppError;

/// The image registries, and whether the driver pulls images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageRegistryList {
    pub(crate) registries: Vec<ImageRegistry>,
    /// Whether instances run images.
    pub(crate) runs_images: bool,
}

/// All image registries.
pub(crate) async fn get_image_registries() -> Result<ImageRegistryList, AppError> {
    crate::call_context::ask(|context| async move {
        let known = context.plane.image_registries();
        Ok(ImageRegistryList { registries: known.list(&context.op).await?, runs_images: known.are_asked() })
    })
    .await
}

/// Adds an image registry, or replaces the credential of an existing one.
#[server(prefix = "/actions", endpoint = "add_image_registry")]
pub(crate) async fn add_image_registry(form: ImageRegistryDraft) -> Result<(), AppError> {
    let typed = ImageRegistryDraft { password: String::new(), ..form.clone() };
    let add = |context: crate::call_context::CallContext| async move {
        context.plane.image_registries().add(&context.op, form).await
    };
    crate::call_context::command(typed, add, |_| "/settings#image-registries".to_owned()).await
}

/// Removes an image registry and its credential.
#[server(prefix = "/actions", endpoint = "remove_image_registry")]
pub(crate) async fn remove_image_registry(id: ImageRegistryId) -> Result<(), AppError> {
    let remove = |context: crate::call_context::CallContext| async move {
        context.plane.image_registries().remove(&context.op, id).await
    };
    crate::call_context::command((), remove, |()| "/settings#image-registries".to_owned()).await
}
