//! The backup policy of a project: as sentences, and the form that changes it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, BackupPolicy, BackupSchedule, ProjectBackupPolicy, ProjectId, RetentionRules, Target};

use super::api::{ResetBackupPolicy, SetBackupPolicy};
use super::form::policy::PolicyForm;
use crate::components::{
    Attempt, CommandForm, Fact, Facts, Input, PostButton, Section, Submit, TextField, content,
};
use crate::error::AppError;
use crate::session::permitted;

/// The present policy, as facts.
#[component]
pub(super) fn PolicyFacts(policy: ProjectBackupPolicy) -> impl IntoView {
    let ProjectBackupPolicy { policy, inherited, .. } = policy;
    let from = if inherited { "the fleet" } else { "this project" };
    let checked = match (policy.verify, policy.digests) {
        (true, true) => "each one, by restoring it into a copy and comparing the content of every table",
        (true, false) => "each one, by restoring it into a copy and comparing the numbers of rows",
        (false, _) => "on request",
    };
    view! {
        <Facts>
            <Fact name="Set by">{from}</Fact>
            <Fact name="Runs">{schedule(&policy.schedule)}</Fact>
            <Fact name="Verified">{checked}</Fact>
            <Fact name="Retained">{retention(policy.retention)}</Fact>
        </Facts>
        <p class="soft">"The newest verified backup is never removed by these rules."</p>
    }
    .into_any()
}

/// The section with the form.
#[component]
pub(super) fn PolicySection(id: ProjectId, policy: Result<ProjectBackupPolicy, AppError>) -> impl IntoView {
    let form = content(policy, |policy| {
        permitted(Action::BackupSchedule, Target::Project(&id.clone()), || view! { <Form id policy/> })
    });
    view! { <Section id="schedule" title="Schedule and retention">{form}</Section> }.into_any()
}

#[component]
fn Form(id: ProjectId, policy: ProjectBackupPolicy) -> impl IntoView {
    let attempt = Attempt::of::<SetBackupPolicy>();
    let typed = attempt.typed().unwrap_or_else(|| PolicyForm::of(&policy.policy));
    let follow = (!policy.inherited).then(|| {
        let fields = vec![("id", id.to_string())];
        view! { <PostButton action=ResetBackupPolicy::url() fields text="Use the policy of the fleet" busy="Changing policy"/> }
    });
    let hint = if policy.inherited {
        "This project has the policy of the fleet. Saving gives it a policy of its own."
    } else {
        "This project has a policy of its own; a change of the fleet's policy does not concern it."
    };
    view! {
        <p class="soft">{hint}</p>
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id.to_string()/>
            <TextField id="policy_schedule" name="form[schedule]" label="Schedule" input=Input::Code text=typed.schedule.clone()
                fault=attempt.fault("schedule")
                hint="off, an interval such as every 6h, or five cron fields and a time zone such as 30 2 * * * Europe/Berlin. Empty: every day at 02:30 UTC."/>
            <Counts typed=typed.clone() attempt/>
            <Checks typed/>
            <div class="buttons"><Submit text="Change policy" busy="Changing policy" kind=""/></div>
        </CommandForm>
        {follow}
    }
    .into_any()
}

/// The four numbers of the retention.
#[component]
fn Counts(typed: PolicyForm, attempt: Attempt) -> impl IntoView {
    view! {
        <div class="fields">
            <TextField id="policy_last" name="form[last]" label="Newest backups" input=Input::Code text=typed.last
                fault=attempt.fault("retention.last") hint="1 to 1000. Default: 7."/>
            <TextField id="policy_daily" name="form[daily]" label="Days" input=Input::Code text=typed.daily
                fault=attempt.fault("retention.daily") hint="One backup of each. 0 to 366. Default: 14."/>
            <TextField id="policy_weekly" name="form[weekly]" label="Weeks" input=Input::Code text=typed.weekly
                fault=attempt.fault("retention.weekly") hint="One backup of each. 0 to 260. Default: 8."/>
            <TextField id="policy_monthly" name="form[monthly]" label="Months" input=Input::Code text=typed.monthly
                fault=attempt.fault("retention.monthly") hint="One backup of each. 0 to 120. Default: 12."/>
        </div>
    }
    .into_any()
}

/// The checkboxes.
#[component]
fn Checks(typed: PolicyForm) -> impl IntoView {
    let on = |field: &str| field == "true";
    let (verify, digests, boot) = (on(&typed.verify), on(&typed.digests), on(&typed.boot));
    view! {
        <label class="check">
            <input type="checkbox" name="form[verify]" value="true" checked=verify/>
            <span>"Verify each scheduled backup"</span>
            <span class="hint">"It is restored into a copy on the database server and compared. Needs as much free space there as the database has."</span>
        </label>
        <label class="check">
            <input type="checkbox" name="form[digests]" value="true" checked=digests/>
            <span>"Compare the content of every table"</span>
            <span class="hint">"Reads every row once more while a backup is taken. Without it only numbers of rows are compared."</span>
        </label>
        <label class="check">
            <input type="checkbox" name="form[boot]" value="true" checked=boot/>
            <span>"Start the server on each verified copy"</span>
            <span class="hint">"With the schema file of the backup, without a route, and without variables of the project that do not begin with ATOMO_. The verification fails if the server does not become ready."</span>
        </label>
    }
    .into_any()
}

/// When backups are taken.
fn schedule(schedule: &BackupSchedule) -> String {
    match schedule {
        BackupSchedule::Off => "never: no scheduled backups".to_owned(),
        BackupSchedule::Every(interval) => match interval.hours() {
            1 => "every hour".to_owned(),
            hours if hours % 24 == 0 && hours > 24 => format!("every {} days", hours / 24),
            hours => format!("every {hours} h"),
        },
        BackupSchedule::Cron(cron) => daily(cron.as_str()).unwrap_or_else(|| format!("at {cron}")),
    }
}

/// `every day at 02:30 UTC`, for an expression that says so.
fn daily(cron: &str) -> Option<String> {
    let fields: Vec<&str> = cron.split(' ').collect();
    let [minute, hour, "*", "*", "*", zone] = fields.as_slice() else { return None };
    let (minute, hour): (u8, u8) = (minute.parse().ok()?, hour.parse().ok()?);
    Some(format!("every day at {hour:02}:{minute:02} {zone}"))
}

/// Which backups are retained.
fn retention(rules: RetentionRules) -> String {
    let periods = [(rules.daily(), "day"), (rules.weekly(), "week"), (rules.monthly(), "month")];
    let named = periods.into_iter().filter(|(number, _)| *number > 0);
    let named: Vec<String> = named
        .map(|(number, name)| format!("{number} {name}{}", if number == 1 { "" } else { "s" }))
        .collect();
    let newest = match rules.last() {
        1 => "the newest".to_owned(),
        last => format!("the newest {last}"),
    };
    match named.as_slice() {
        [] => newest,
        [one] => format!("{newest}, and one of each of {one}"),
        [many @ .., last] => format!("{newest}, and one of each of {} and {last}", many.join(", ")),
    }
}

/// The policy as one sentence, for screen readers and lists.
pub(super) fn sentence(policy: &BackupPolicy) -> String {
    schedule(&policy.schedule)
}

#[cfg(test)]
mod tests;
