//! The problems of delete requests.

use model::{Backup, DeleteRequest, DeleteRequestState, Problem, ProblemKind, ProjectId};

/// The caller filed the request, and another operator has to approve it.
pub(super) fn own_request(request: &DeleteRequest) -> Problem {
    let id = &request.project_id;
    let detail = format!(
        "Nothing was changed. The delete of {id} was requested by {}; another operator has to approve it.",
        request.actor.label()
    );
    Problem::new(ProblemKind::Forbidden, "Another operator has to approve it", detail)
}

/// Only the requester withdraws a request.
pub(super) fn not_own_request(request: &DeleteRequest) -> Problem {
    let detail = format!(
        "Nothing was changed. The request was filed by {}. Refuse it with a reason instead.",
        request.actor.label()
    );
    Problem::new(ProblemKind::Forbidden, "Only the requester can withdraw it", detail)
}

/// A refusal without a reason.
pub(super) fn no_reason() -> Problem {
    Problem::field("reason", "A reason is needed.", "a sentence for the requester, at most 500 characters")
}

/// Its time is over.
pub(super) fn expired(request: &DeleteRequest) -> Problem {
    let id = &request.project_id;
    let detail = format!("Nothing was changed. The request expired. Request the delete of {id} again.");
    Problem::new(ProblemKind::Conflict, "The delete request has expired", detail)
}

/// It is decided already.
pub(super) fn decided(request: &DeleteRequest, state: DeleteRequestState) -> Problem {
    let detail = match state {
        DeleteRequestState::Executing => {
            "Nothing was changed. Its job runs already; cancel the job instead, while that is possible."
                .to_owned()
        }
        state => format!("Nothing was changed. The request is {state}."),
    };
    let problem = Problem::new(ProblemKind::Conflict, "The delete request is decided already", detail);
    Problem { operation: request.operation_id, ..problem }
}

/// The backup that the request rests on proves nothing.
pub(super) fn no_proof(backup: Option<&Backup>) -> Problem {
    let why = match backup {
        None => "it is not listed any more".to_owned(),
        Some(Backup { problem: Some(problem), .. }) => format!("{}: {}", problem.title, problem.detail),
        Some(backup) => match backup.verification.differences.first() {
            Some(difference) => difference.clone(),
            None => format!("it is {} and {}", backup.state, backup.verification.state),
        },
    };
    let detail = format!("Nothing was changed. The backup that the delete rests on is no proof: {why}");
    Problem::new(ProblemKind::Refused, "The backup was not verified", detail)
}

/// The project was deleted in another way.
pub(super) fn project_gone(id: &ProjectId) -> Problem {
    let detail = format!("Nothing was changed. There is no project {id} any more.");
    Problem::new(ProblemKind::Conflict, "The project is gone", detail)
}

/// The job was cancelled.
pub(super) fn cancelled(id: &ProjectId) -> Problem {
    let detail = format!("The job was cancelled before the database was moved. {id} runs as before.");
    Problem::new(ProblemKind::Conflict, "The delete was cancelled", detail)
}
