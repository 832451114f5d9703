//! Addresses, upstream and resource usage of a project.

use leptos::prelude::*;
use model::{
    CertificateSource, CommitSha, Hostname, InstanceFigures, InstanceSeen, Observed, Project, ReleaseSeen,
    VolumeFile, VolumePath,
};
use time::OffsetDateTime;

use super::api::ProjectView;
use super::cell_text::{CellText, ObservedText, UNKNOWN};
use crate::components::{Fact, Facts, Icon, Section, Sha, When};
use crate::gateway::CertificateMark;
use crate::text::NONE;

/// The facts beside the overview.
#[component]
pub(super) fn Aside(view: ProjectView) -> impl IntoView {
    let project = view.project.clone();
    let instance = project.clone();
    view! {
        <aside class="stack aside">
            <Endpoints view/>
            <Section id="instance" title="Instance"><Instance project=instance/></Section>
            <Section id="schema" title="Schema"><Schema project/></Section>
        </aside>
    }
    .into_any()
}

#[component]
fn Schema(project: Project) -> impl IntoView {
    let schema = project.schema_ref;
    let commit = schema.commit().clone();
    if let Some(path) = schema.volume().cloned() {
        let file = project.observed.facts.file.unwrap_or_default();
        return view! { <Followed path content=commit file/> }.into_any();
    }
    let (repo, path) = (schema.repo().map(ToString::to_string), schema.path().to_owned());
    view! {
        <Facts>
            <Fact name="Repository"><span class="mono">{repo}</span></Fact>
            <Fact name="Path"><span class="mono">{path}</span></Fact>
            <Fact name="Commit"><Sha commit/></Fact>
        </Facts>
    }
    .into_any()
}

/// The file that a project follows in development.
#[component]
fn Followed(path: VolumePath, content: CommitSha, file: VolumeFile) -> impl IntoView {
    let differs = file.content.as_ref().is_some_and(|now| *now != content) && file.problem.is_none();
    let note = differs.then(|| {
        view! { <p class="hint">"The file has another content than the one that is applied. Its next change is applied."</p> }
    });
    let problem = file.problem.map(|problem| {
        view! { <p class="status" data-tone="warn" role="status"><Icon name="alert"/><span>{problem}</span></p> }
    });
    let changed = file.modified_at.map(|at| view! { <Fact name="Changed"><When at/></Fact> });
    view! {
        <p class="soft"><span class="tag" data-class="development">"development"</span>" The project follows a file. Each change is applied within seconds."</p>
        {problem}
        {note}
        <Facts>
            <Fact name="File"><span class="mono">{path.to_string()}</span></Fact>
            <Fact name="Content"><Sha commit=content/></Fact>
            {changed}
        </Facts>
    }
    .into_any()
}

/// Why a browser warns about a valid certificate.
pub(crate) const WARNING: &str = "Its certificate is signed by the gateway's internal CA: browsers warn until the root \
                                  certificate of that CA is installed.";

#[component]
fn Endpoints(view: ProjectView) -> impl IntoView {
    let links = view
        .project
        .hosts()
        .map(|host| {
            let certificate = view.certificates.iter().find(|certificate| certificate.host == *host).cloned();
            let mark = certificate.map(|certificate| view! { <div><CertificateMark certificate/></div> });
            view! { <li><a class="link" rel="external" href=view.address(host)>{view.authority(host)}</a>{mark}</li> }
        })
        .collect_view();
    let header = format!("X-Atomo-Project: {}", view.project.id);
    let none = view.project.hostname.is_none().then(|| {
        view! {
            <p class="soft">"No hostname. The project is reached by the header " <code>{header}</code></p>
        }
    });
    let graphql = view.project.hostname.as_ref().map(|host| format!("{}/graphql", view.address(host))).map(|href| {
        view! {
            <Fact name="GraphQL"><a class="link" rel="external" href=href><code>"/graphql"</code></a></Fact>
        }
    });
    let own = |host: &Hostname| {
        view.certificates.iter().any(|seen| seen.host == *host && seen.source == CertificateSource::Own)
    };
    let warns = view.own_issuer && view.project.hostname.as_ref().is_some_and(|host| !own(host));
    let upstream = upstream(&view.project);
    view! {
        <Section id="endpoints" title="Endpoints">
            <Facts>
                <Fact name="Public"><ul class="links">{links}</ul>{none}</Fact>
                {graphql}
                <Fact name="Upstream"><span class="mono">{upstream}</span></Fact>
            </Facts>
            {warns.then(|| view! {
                <p class="hint">{WARNING}" "<a class="link" rel="external" href="/api/v1/gateway/ca" download="root.pem">"Download the root certificate"</a></p>
            })}
        </Section>
    }
    .into_any()
}

/// The address that the gateway routes to: none while stopped, unknown if the instance was not observed.
fn upstream(project: &Project) -> String {
    let unknown = project.observed.facts.instance.is_unknown();
    project.upstream.clone().unwrap_or_else(|| if unknown { UNKNOWN.to_owned() } else { NONE.to_owned() })
}

#[component]
fn Instance(project: Project) -> impl IntoView {
    let (seen, figures) = (project.observed.facts.clone(), project.observed.figures);
    let standin = seen.ready.present().is_some_and(|release| release.standin);
    let memory = CellText::of(&seen.instance, |_| memory(figures.instance));
    let size = CellText::of(&seen.database, |_| figures.database.bytes.map(|bytes| bytes.to_string()));
    let connections =
        CellText::of(&seen.database, |_| figures.database.connections.map(|open| open.to_string()));
    let (database, on) = (project.id.database(), project.database_server.clone());
    let limits = project.limits.instance.to_string();
    let (release, at, created) = (release(&project), project.observed.at, project.created_at);
    view! {
        <Facts>
            <Fact name="Reported version">
                <ObservedText text=release at/>
                {standin.then(|| view! { <p class="status" data-tone="unknown"><Icon name="info"/>"Stand-in, not atomo-server"</p> })}
            </Fact>
            <Fact name="Driver">{project.driver}</Fact>
            <Fact name="Started"><Started instance=seen.instance at/></Fact>
            <Fact name="Project created"><When at=created/></Fact>
            <Fact name="Memory"><ObservedText text=memory at/></Fact>
            <Fact name="Limits">{limits}</Fact>
            <Fact name="Database"><span class="mono">{database}</span>" on "{on}</Fact>
            <Fact name="Database size"><ObservedText text=size at/></Fact>
            <Fact name="Open connections"><ObservedText text=connections at/></Fact>
        </Facts>
    }
    .into_any()
}

#[component]
fn Started(instance: Observed<InstanceSeen>, at: OffsetDateTime) -> impl IntoView {
    match instance {
        Observed::Present(instance) if instance.is_running() => {
            view! { <When at=instance.started_at/> }.into_any()
        }
        Observed::Present(_) | Observed::Absent => NONE.into_any(),
        Observed::Unknown => view! { <ObservedText text=CellText::Unknown at/> }.into_any(),
    }
}

fn memory(figures: InstanceFigures) -> Option<String> {
    let now = figures.memory?;
    let peak = figures.peak_memory.map(|peak| format!(", at most {peak}")).unwrap_or_default();
    Some(format!("{now}{peak}"))
}

/// The reported version. Known to be absent while no instance runs.
fn release(project: &Project) -> CellText {
    let runs = match &project.observed.facts.instance {
        Observed::Present(instance) => instance.is_running(),
        Observed::Absent => false,
        Observed::Unknown => return CellText::Unknown,
    };
    let text = |release: &ReleaseSeen| Some(format!("{}, {} models", release.version, release.models));
    match &project.observed.facts.ready {
        Observed::Absent if runs => CellText::Known("does not answer".to_owned()),
        ready => {
            if runs {
                CellText::of(ready, text)
            } else {
                CellText::Known(NONE.to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests;
