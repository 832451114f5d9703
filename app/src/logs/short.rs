//! The last log lines, for other pages such as an operation.

use leptos::prelude::*;
use model::{LogLine, ProjectId};

use crate::components::{LogLines, Section};

/// Number of lines at the start.
pub(crate) const LOG_LINES: u32 = 20;

/// The section. It starts with `lines` and follows the log.
#[component]
pub(crate) fn ShortLog(id: ProjectId, lines: Vec<LogLine>) -> impl IntoView {
    let href = format!("/projects/{id}/logs");
    let source = format!("{href}/follow?tail={LOG_LINES}");
    let all = view! { <a class="more" href=href>"Open in full"</a> }.into_any();
    view! {
        <Section id="instance-log" title="Instance log" beside=Some(all)>
            <fleet-log data-source=source data-skip-merge="">
                <div class="log short" tabindex="0" role="group" aria-label="Instance log">
                    <LogLines lines/>
                </div>
            </fleet-log>
        </Section>
    }
    .into_any()
}
