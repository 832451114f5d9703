//! Image registries in the settings: add, replace, remove.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, ImageRegistry, ImageRegistryDraft, Target};

use super::api::{AddImageRegistry, ImageRegistryList, get_image_registries};
use super::remove::RemoveQuestion;
use crate::components::{
    Attempt, CommandForm, Empty, Guarded, Input, Load, Removed, Section, Submit, Table, TextField, When,
};
use crate::data::fetched;
use crate::session::{Flashes, may, permitted};

/// The section.
#[component]
pub(crate) fn ImageRegistriesPanel() -> impl IntoView {
    let add = ServerAction::<AddImageRegistry>::new();
    let removed = Removed::<ImageRegistry>::provide();
    let listed = fetched(move || (add.version().get(), removed.get()), |_| get_image_registries());
    view! {
        <Section id="image-registries" title="Image registries">
            <p class="soft">"Images are pulled from these registries with a credential, and from all others without. The password is kept in the secret store and never shown again."</p>
            <Load data=listed children=|listed| view! { <Rows listed/> }/>
            {permitted(Action::ImageRegistryAdd, Target::Fleet, || view! { <Add add/> })}
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
            <td class="mono">{registry.username.clone()}</td>
            <td class="soft"><When at=registry.changed_at/></td>
            <td>
                <div class="buttons row-buttons">
                    {may(Action::ImageRegistryRemove, Target::Fleet).then(|| view! { <Guarded href=format!("/settings/image-registries/{id}/remove") text="Remove" label=remove kind="danger" size="s"
                        children=move || view! { <RemoveQuestion registry=registry.clone()/> }/> })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// The form, collapsed; open if it comes back with an error.
#[component]
fn Add(add: ServerAction<AddImageRegistry>) -> impl IntoView {
    let flashes = Flashes::current();
    let added = RwSignal::new(None::<String>);
    let form = move || {
        Suspend::new(async move {
            let open = flashes.of_form(AddImageRegistry::url()).await.is_some();
            view! {
                <details open=open>
                    <summary class="link">"Add an image registry, or replace a credential"</summary>
                    <CommandForm action=add check=|add: &AddImageRegistry| add.form.validate().map(drop)
                        children=move |attempt| view! { <AddFields attempt add added/> }/>
                </details>
            }
        })
    };
    view! {
        <p role="status">{move || added.get().map(|host| format!("The credential of {host} was saved."))}</p>
        <Transition>{form}</Transition>
    }
    .into_any()
}

#[component]
fn AddFields(
    attempt: Attempt,
    add: ServerAction<AddImageRegistry>,
    added: RwSignal<Option<String>>,
) -> impl IntoView {
    let typed = attempt.typed::<ImageRegistryDraft>().unwrap_or_default();
    let [host, username, password] = [typed.host, typed.username, String::new()].map(RwSignal::new);
    // clears the sent values, in particular the password
    Effect::new(move |_| {
        if let Some(Ok(())) = add.value().get() {
            added.set(Some(host.get_untracked().trim().to_owned()));
            for field in [host, username, password] {
                field.set(String::new());
            }
        }
    });
    view! {
        <TextField id="registry_host" name="form[host]" label="Registry" input=Input::Code text=host fault=attempt.fault("host")
            hint="As names of its images begin: ghcr.io, registry.example.com:5000; docker.io for Docker Hub. One that is there gets the new credential.".to_owned()/>
        <TextField id="registry_username" name="form[username]" label="Account" input=Input::Code text=username
            fault=attempt.fault("username")/>
        <TextField id="registry_password" name="form[password]" label="Password or token of the account" input=Input::NewPassword
            text=password fault=attempt.fault("password") hint="It needs to read images and nothing else.".to_owned()/>
        <Submit pending=attempt.pending text="Keep credential" busy="Keeping credential" kind=""/>
    }
    .into_any()
}
