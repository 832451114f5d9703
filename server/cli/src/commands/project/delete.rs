//! `atomoctl project delete`, `undelete` and `trash`.

use std::time::Duration;

use model::{
    DeletePreview, DeleteRequest, DeleteRequestDraft, DeleteRequestId, DeleteRequestState, Page, Problem,
    ProblemKind, ProjectId, TrashedProject,
};
use reqwest::Method;

use crate::args::{ActArgs, DeleteArgs};
use crate::client::{Answer, Path};
use crate::commands::{follow, now};
use crate::failure::Failure;
use crate::session::Session;
use crate::{input, render};

/// Between two looks at a request.
const LOOK: Duration = Duration::from_millis(500);

/// Deletes a project and retains its database, or files a request to drop it too.
pub async fn run(session: &Session, args: DeleteArgs) -> Result<(), Failure> {
    if args.drop { request(session, args).await } else { retain(session, args).await }
}

async fn retain(session: &Session, args: DeleteArgs) -> Result<(), Failure> {
    let id = &args.id;
    let prompt = format!(
        "This removes the instance and the route of {id}. Its database, secrets and media are retained.\n\
         Type {id} to delete it: "
    );
    confirmed(id, args.confirm, &prompt)?;
    let taken = session.client.delete(&Path::of(&["projects", id.as_str()])).await?;
    follow::command(session, taken, args.follow).await
}

async fn request(session: &Session, args: DeleteArgs) -> Result<(), Failure> {
    let id = &args.id;
    let confirm = if let Some(typed) = args.confirm {
        confirmed(id, Some(typed), "")?
    } else {
        let path = Path::of(&["projects", id.as_str(), "delete-preview"]);
        let preview = session.client.get::<DeletePreview>(&path).await?.value;
        let question = format!("{}\nType {id} to request it: ", render::delete::consequence(id, &preview));
        confirmed(id, None, &question)?
    };
    let path = Path::of(&["projects", id.as_str(), "delete-requests"]);
    let filed =
        session.client.send::<DeleteRequest>(Method::POST, &path, &DeleteRequestDraft { confirm }).await?;
    let Some(limit) = args.follow.limit() else {
        return session.console.answer(&filed, |request| render::delete::request(request, now()));
    };
    let over = tokio::time::timeout(limit, until_over(session, filed.value.id)).await;
    let over = over.map_err(|_elapsed| {
        Failure::Usage(format!(
            "The request {} was not over after {} s; it stays open. See: atomoctl approval show {0}",
            filed.value.id,
            limit.as_secs()
        ))
    })??;
    session.console.answer(&over, |request| render::delete::request(request, now()))?;
    outcome(&over.value)
}

/// A server that does not answer is asked again: the request goes on there.
async fn until_over(session: &Session, id: DeleteRequestId) -> Result<Answer<DeleteRequest>, Failure> {
    let id = id.to_string();
    loop {
        match session.client.get::<DeleteRequest>(&Path::of(&["delete-requests", &id])).await {
            Ok(request) if request.value.state.is_over() => return Ok(request),
            Err(failure) if !failure.is_transient() => return Err(failure),
            _ => tokio::time::sleep(LOOK).await,
        }
    }
}

/// Success if the project is in the trash.
fn outcome(request: &DeleteRequest) -> Result<(), Failure> {
    if request.state == DeleteRequestState::Executed {
        return Ok(());
    }
    let without = || {
        let title = format!("The delete request of {} is {}", request.project_id, request.state);
        Problem::new(ProblemKind::Refused, title, "The project is not deleted.")
    };
    Err(Failure::OperationEnded(request.problem.clone().unwrap_or_else(without)))
}

/// Brings a project back from the trash.
pub async fn undelete(session: &Session, args: &ActArgs) -> Result<(), Failure> {
    let taken = session.client.post(&Path::of(&["projects", args.id.as_str(), "undelete"])).await?;
    follow::command(session, taken, args.follow).await
}

/// Lists the trash.
pub async fn trash(session: &Session) -> Result<(), Failure> {
    let page = session.client.get::<Page<TrashedProject>>(&Path::of(&["trash"])).await?;
    session.console.answer(&page, |page| render::delete::trash(page, now()))
}

/// The typed id of the project; prompted if it was not given.
pub fn confirmed(id: &ProjectId, confirm: Option<String>, prompt: &str) -> Result<String, Failure> {
    let typed = match confirm {
        Some(typed) => Some(typed),
        None => input::asked(prompt, "the confirmation")?,
    };
    match typed {
        Some(typed) if typed == id.as_str() => Ok(typed),
        Some(_) => Err(Failure::Usage(format!("The typed text is not {id}. Nothing was sent."))),
        None => Err(Failure::Usage(format!(
            "A delete needs the id as confirmation. Nothing was sent. Repeat it with: --confirm {id}"
        ))),
    }
}
