//! The certificates of all names.

use leptos::prelude::*;
use model::{Certificate, CertificateSource, Observed, ProjectId};
use time::OffsetDateTime;

use crate::components::{Empty, Icon, Section, Table, When};

/// The table of certificates.
#[component]
pub(super) fn Certificates(certificates: Vec<Certificate>, alert_days: u32) -> impl IntoView {
    if certificates.is_empty() {
        return view! {
            <Section id="certificates" title="Certificates">
                <Empty icon="key" title="No certificate was checked yet" detail="Each hostname is listed here once the gateway serves it."/>
            </Section>
        }
        .into_any();
    }
    let rows = certificates.into_iter().map(|certificate| view! { <Row certificate/> }).collect_view();
    view! {
        <Section id="certificates" title="Certificates">
            <p class="soft">{format!("A certificate file is flagged when it expires within {alert_days} days; a certificate that Caddy renews is flagged when its renewal is overdue.")}</p>
            <Table label="Certificates" heads=&["Hostname", "Project", "Certificate", "Issuer"]>{rows}</Table>
        </Section>
    }
    .into_any()
}

#[component]
fn Row(certificate: Certificate) -> impl IntoView {
    let issuer =
        certificate.seen.present().map_or_else(|| crate::text::NONE.to_owned(), |seen| seen.issuer.clone());
    view! {
        <tr>
            <th scope="row" class="mono">{certificate.host.to_string()}</th>
            <td><Owner id=certificate.project_id.clone()/></td>
            <td><CertificateMark certificate/></td>
            <td class="soft">{issuer}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Owner(id: Option<ProjectId>) -> impl IntoView {
    match id {
        Some(id) => view! { <a href=format!("/projects/{id}")>{id.to_string()}</a> }.into_any(),
        None => "the dashboard".into_any(),
    }
}

/// Source, expiry and fault of a certificate.
#[component]
pub(crate) fn CertificateMark(certificate: Certificate) -> impl IntoView {
    let Certificate { source, seen, fault, alert, .. } = certificate;
    let (tone, icon) = match (&seen, alert) {
        (Observed::Unknown, false) => ("unknown", "unknown"),
        (Observed::Absent, _) => ("bad", "down"),
        (_, true) => ("warn", "degraded"),
        (_, false) => ("ok", "done"),
    };
    let text = match seen {
        Observed::Present(seen) => {
            let ends = if seen.not_after < OffsetDateTime::now_utc() { "expired" } else { "expires" };
            view! { {format!("{}, {ends} ", source_text(source))}<When at=seen.not_after/> }.into_any()
        }
        Observed::Absent => "None: the gateway rejects TLS for this hostname".into_any(),
        Observed::Unknown => "Unknown: not checked yet, or the gateway is unreachable".into_any(),
    };
    let fault = fault.map(|fault| view! { <span class="hint">{fault}</span> });
    view! { <span class="status" data-tone=tone><Icon name=icon/><span>{text}</span></span>{fault} }
        .into_any()
}

const fn source_text(source: CertificateSource) -> &'static str {
    match source {
        CertificateSource::Acme => "ACME",
        CertificateSource::Internal => "Internal CA",
        CertificateSource::Own => "Own file",
    }
}
