//! Preconditions of edits: an edit names the generation that it was made from, and is refused when something that it could
//! overwrite was changed after that generation (`docs/edits.md`).

use model::{FieldDifference, Problem, ProblemKind};

/// The generations of a resource that can be edited.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Generations {
    /// The resource, as a sentence begins with it: `The project`.
    pub(crate) subject: &'static str,
    /// The present generation.
    pub(crate) now: i64,
    /// The generation of the last change that an edit could overwrite; at most `now`.
    pub(crate) edited: i64,
}

impl Generations {
    /// Admits an edit that was made from a generation since the last change. 428 if it names none, 409 with `differences`
    /// if it names an earlier one, or one that is still to come.
    pub(crate) fn admit(
        self,
        made_from: Option<i64>,
        differences: impl FnOnce() -> Vec<FieldDifference>,
    ) -> Result<(), Problem> {
        match made_from {
            Some(from) if (self.edited..=self.now).contains(&from) => Ok(()),
            Some(from) => Err(self.changed_meanwhile(from, differences())),
            None => Err(self.not_named()),
        }
    }

    fn not_named(self) -> Problem {
        let Self { subject, now, .. } = self;
        let detail = format!(
            "Nothing was changed. {subject} is at generation {now}. Read it, and name the generation that the edit was made \
             from: the header If-Match: \"{now}\" or the field generation. Without it, an edit of someone else could be \
             overwritten unnoticed."
        );
        let title = "The edit does not name a generation";
        Problem { generation: Some(now), ..Problem::new(ProblemKind::GenerationRequired, title, detail) }
    }

    fn changed_meanwhile(self, from: i64, differences: Vec<FieldDifference>) -> Problem {
        let Self { subject, now, .. } = self;
        let differs = match differences.len() {
            0 => String::new(),
            1 => " One field differs from what was sent.".to_owned(),
            many => format!(" {many} fields differ from what was sent."),
        };
        let detail = format!(
            "Nothing was changed. The request was made from generation {from}; generation {now} is the present \
             one.{differs} Compare, and send it again from generation {now}."
        );
        let title = format!("{subject} was changed meanwhile");
        Problem { differences, generation: Some(now), ..Problem::new(ProblemKind::Conflict, title, detail) }
    }
}

/// The generation of the header or of the body; when both name one, they have to agree.
pub(crate) fn one_generation(header: Option<i64>, body: Option<i64>) -> Result<Option<i64>, Problem> {
    match (header, body) {
        (Some(header), Some(body)) if header != body => {
            let message = format!("It is {body} here and {header} in If-Match.");
            Err(Problem::field(
                "generation",
                message,
                "the same generation in both places, or in one of them",
            ))
        }
        (header, body) => Ok(header.or(body)),
    }
}
