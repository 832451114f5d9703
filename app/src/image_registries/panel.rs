//! Image registries in the settings: add, replace, remove.

use leptos::prelude::*;
use model::{Action, ImageRegistry, ImageRegistryDraft, Target};

use super::api::{AddImageRegistry, ImageRegistryList};
use crate::components::{
    Attempt, CommandForm, Empty, Guarded, Input, Section, Submit, Table, TextField, When, content,
};
use crate::error::AppError;
use crate::session::{may, permitted};

/// The section.
#[component]
pub(crate) fn ImageRegistriesPanel(registries: Result<ImageRegistryList, AppError>) -> impl IntoView {
    view! {
        <Section id="image-registries" title="Image registries">
            <p class="soft">"Images are pulled from these registries with a credential, and from all others without. The password is stored in the secret store and never shown again."</p>
            {content(registries, |listed| view! { <Rows listed/> })}
            {permitted(Action::ImageRegistryAdd, Target::Fleet, || view! { <Add/> })}
        </Section>
    }
    .into_any()
}

#[component]
fn Rows(listed: ImageRegistryList) -> impl IntoView {
    let ImageRegistryList { registries, runs_images } = listed;
    let unused = (!runs_images)
        .then(|| view! { <p>"This fleet runs programs of the host and pulls no images; these credentials are not used."</p> });
    if registries.is_empty() {
        let empty = runs_images.then(|| {
            view! {
                <Empty icon="link" title="No image registry yet" detail="Public images need none. Add the registry that a private image is in, with an account that may pull it."/>
            }
        });
        return view! { {unused}{empty} }.into_any();
    }
    let rows = registries.into_iter().map(|registry| view! { <Row registry/> }).collect_view();
    view! {
        {unused}
        <Table label="Image registries" heads=&["Registry", "Account", "Credential set", "Actions"]>{rows}</Table>
    }
    .into_any()
}

#[component]
fn Row(registry: ImageRegistry) -> impl IntoView {
    let (id, host) = (registry.id, registry.host.to_string());
    let remove = format!("Remove {host}");
    view! {
        <tr>
            <th scope="row" class="mono">{host}</th>
            <td class="mono">{registry.username}</td>
            <td class="soft"><When at=registry.changed_at/></td>
            <td>
                <div class="buttons row-buttons">
                    {may(Action::ImageRegistryRemove, Target::Fleet).then(|| view! {
                        <Guarded href=format!("/settings/image-registries/{id}/remove") text="Remove" label=remove kind="danger" size="s"/>
                    })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// The form, collapsed; open if it comes back with an error.
#[component]
fn Add() -> impl IntoView {
    let attempt = Attempt::of::<AddImageRegistry>();
    let open = attempt.came_back();
    view! {
        <details open=open>
            <summary class="link">"Add an image registry, or replace a credential"</summary>
            <CommandForm attempt=attempt.clone()><AddFields attempt/></CommandForm>
        </details>
    }
    .into_any()
}

#[component]
fn AddFields(attempt: Attempt) -> impl IntoView {
    let ImageRegistryDraft { host, username, .. } = attempt.typed().unwrap_or_default();
    view! {
        <TextField id="registry_host" name="form[host]" label="Registry" input=Input::Code text=host fault=attempt.fault("host")
            hint="The host as in names of its images: ghcr.io, registry.example.com:5000; docker.io for Docker Hub. If it is listed already, its credential is replaced."/>
        <TextField id="registry_username" name="form[username]" label="Account" input=Input::Code text=username
            fault=attempt.fault("username")/>
        <TextField id="registry_password" name="form[password]" label="Password or token of the account" input=Input::NewPassword
            fault=attempt.fault("password") hint="It needs permission to pull images only."/>
        <Submit text="Save credential" busy="Saving credential" kind=""/>
    }
    .into_any()
}
