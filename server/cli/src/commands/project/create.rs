//! `atomoctl project create`, up to the project's URL and the first admin's password.

use model::{CreatePlan, Email, Operation, Problem, ProblemKind, Project, ProjectId};
use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::args::CreateArgs;
use crate::client::{Accepted, Path};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render;
use crate::render::words::plain;
use crate::session::Session;
use crate::wait;

/// The first admin as the server returns it once. No `Debug`: it contains a password.
#[derive(Serialize, Deserialize)]
struct Admin {
    email: Email,
    password: String,
}

/// The output with `--json --wait`.
#[derive(Serialize)]
struct Created {
    operation: Operation,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin: Option<Admin>,
}

/// Creates the project; with `--wait` follows the operation up to the project's URL. With `--dry-run` shows what would be
/// made.
pub async fn run(session: &Session, args: CreateArgs) -> Result<(), Failure> {
    if args.dry_run {
        let plan = Path::of(&["project-plans"]);
        let plan = session.client.send::<CreatePlan>(Method::POST, &plan, &args.draft()).await?;
        return session.console.answer(&plan, render::create_plan::page);
    }
    let limit = args.follow.limit();
    let wants_admin = !args.admin_email.is_empty();
    let draft = args.draft();
    let taken = session.client.post_once::<Accepted>(&Path::of(&["projects"]), &draft).await?;
    let Some(limit) = limit else {
        return session.console.answer(&taken, |accepted| taken_text(&accepted.operation, wants_admin));
    };
    let operation = wait::until_over(session, taken.value.operation.id, limit).await?.value;
    finish(session, operation, wants_admin).await
}

fn taken_text(operation: &Operation, wants_admin: bool) -> String {
    let text = render::operation::accepted(operation);
    if !wants_admin {
        return text;
    }
    let id = operation.subject();
    format!("{text}\nAfterwards, read the admin's password once: atomoctl project admin-password {id}")
}

async fn finish(session: &Session, operation: Operation, wants_admin: bool) -> Result<(), Failure> {
    let outcome = wait::outcome(&operation);
    let made = operation.project_id.clone().filter(|_| outcome.is_ok());
    let admin = match &made {
        Some(id) if wants_admin => admin_or_note(session, id).await,
        _ => None,
    };
    if session.console.is_json() {
        session.console.document(&Created { operation, admin }, String::new)?;
    } else if let Some(id) = &made {
        let address = address(session, id).await;
        session.console.line(&finished_text(&operation, address.as_deref(), admin.as_ref()))?;
    }
    outcome
}

fn finished_text(operation: &Operation, address: Option<&str>, admin: Option<&Admin>) -> String {
    let mut lines = vec![render::operation::succeeded(operation)];
    lines.extend(address.map(|address| format!("{} answers at {address}", operation.subject())));
    lines.extend(admin.map(admin_text));
    lines.join("\n")
}

async fn address(session: &Session, id: &ProjectId) -> Option<String> {
    let path = Path::of(&["projects", id.as_str()]);
    let project = session.client.get::<Project>(&path).await.ok()?.value;
    Some(render::project::address(&project))
}

/// Reads the password. The create has succeeded even if the password was shown before or cannot be read.
async fn admin_or_note(session: &Session, id: &ProjectId) -> Option<Admin> {
    match admin(session, id).await {
        Ok(admin) => Some(admin),
        Err(failure) if failure.exit() == Exit::NotFound => {
            session.console.note("The admin's password was shown before.");
            None
        }
        Err(failure) => {
            let why = plain(&failure.problem().to_string());
            session.console.note(&format!(
                "The admin's password could not be read: {why} Read it with: atomoctl project admin-password {id}"
            ));
            None
        }
    }
}

async fn admin(session: &Session, id: &ProjectId) -> Result<Admin, Failure> {
    let answer = session.client.post(&Path::of(&["projects", id.as_str(), "admin-password"])).await?;
    Ok(answer.value)
}

fn admin_text(admin: &Admin) -> String {
    format!("Admin     {}\nPassword  {}\nThe password is shown once.", admin.email, plain(&admin.password))
}

/// Prints the generated password.
pub async fn show_admin(session: &Session, id: &ProjectId) -> Result<(), Failure> {
    let admin = admin(session, id).await.map_err(why_there_is_none)?;
    session.console.document(&admin, || admin_text(&admin))
}

fn why_there_is_none(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(problem) if problem.kind == ProblemKind::NotFound => {
            let detail = format!(
                "{} A project has a password to show when it was created with an admin, and shows it once.",
                problem.detail
            );
            Failure::Refused(Problem { detail, ..problem })
        }
        other => other,
    }
}
