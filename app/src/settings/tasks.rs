//! Background tasks of the control plane.

use leptos::prelude::*;
use model::Task;
use time::Duration;

use super::api::get_tasks;
use crate::components::{Icon, Load, Section, Table, When};
use crate::data::fetched;
use crate::live::{Watch, version};
use crate::text::{NONE, sentence, took};

/// Each task with its period, its last run and what came of it.
#[component]
pub(super) fn TasksPanel() -> impl IntoView {
    let version = version(Watch::Fleet);
    let tasks = fetched(move || version.get(), |_| get_tasks());
    let table = |tasks: Vec<Task>| view! { <Tasks tasks/> };
    view! {
        <Section id="tasks" title="Background tasks">
            <Load data=tasks children=table/>
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
        <Table label="Background tasks" heads=&["Task", "Every", "Last start", "Duration", "Last result"]>
            {rows.collect_view()}
        </Table>
    }
    .into_any()
}

fn millis(ms: u64) -> Duration {
    Duration::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX))
}
