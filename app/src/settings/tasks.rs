//! Background tasks of the control plane.

use leptos::prelude::*;
use model::Task;
use time::Duration;

use crate::components::{Icon, Section, Table, When, content};
use crate::error::AppError;
use crate::text::{NONE, sentence, took};

/// Each task with its interval, its last run and the result.
#[component]
pub(super) fn TasksPanel(tasks: Result<Vec<Task>, AppError>) -> impl IntoView {
    view! {
        <Section id="tasks" title="Background tasks">
            {content(tasks, |tasks| view! { <Tasks tasks/> })}
        </Section>
    }
    .into_any()
}

#[component]
fn Tasks(tasks: Vec<Task>) -> impl IntoView {
    let rows = tasks.into_iter().map(|task| {
        let started = task.started_at.map(|at| view! { <When at=at/> });
        let last = task.duration_ms.map_or_else(|| NONE.to_owned(), |ms| took(millis(ms)));
        let outcome = match task.problem {
            Some(problem) => view! {
                <span class="status" data-tone="bad"><Icon name="down"/>"Failed"</span>
                <small>{sentence(&problem)}</small>
            }
            .into_any(),
            None if task.duration_ms.is_none() => view! {
                <span class="status" data-tone="unknown"><Icon name="unknown"/>"Not finished yet"</span>
            }
            .into_any(),
            None => view! { <span class="status" data-tone="ok"><Icon name="done"/>"Done"</span> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{sentence(&task.name)}</th>
                <td>{took(millis(task.period_ms))}</td>
                <td>{started}</td>
                <td>{last}</td>
                <td>{outcome}</td>
            </tr>
        }
    });
    view! {
        <Table label="Background tasks" heads=&["Task", "Interval", "Last start", "Duration", "Last result"]>
            {rows.collect_view()}
        </Table>
    }
    .into_any()
}

fn millis(ms: u64) -> Duration {
    Duration::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX))
}
