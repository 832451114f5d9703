//! Which events of the audit trail a list contains.

use crate::text::validated_text;
use crate::{FieldError, Invalid, Period, ProjectId};

validated_text! {
    /// A part of an actor, compared without case: of the e-mail address of an operator, of the name of a token, or of
    /// `reconciler`, `registry`, `schedule` and `host`. 1 to 320 characters.
    ActorPart, check_actor
}

validated_text! {
    /// The word of an action: lower-case letters, dots and underscores, at most 64. It need not be known: older events have
    /// actions that no longer exist.
    ActionWord, check_action
}

/// Which events. An absent part admits every event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only events of this project.
    pub project: Option<ProjectId>,
    /// Only events whose actor contains this.
    pub actor: Option<ActorPart>,
    /// Only events with this action.
    pub action: Option<ActionWord>,
    /// Only events of this period.
    pub period: Period,
}

/// A filter as it was typed; an empty field is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilterDraft {
    /// See [`ProjectId`].
    pub project: String,
    /// See [`ActorPart`].
    pub actor: String,
    /// See [`ActionWord`].
    pub action: String,
    /// See [`Period::parse`].
    pub from: String,
    /// See [`Period::parse`].
    pub to: String,
}

impl EventFilterDraft {
    /// The valid filter, or every wrong field.
    pub fn validate(self) -> Result<EventFilter, Vec<FieldError>> {
        let Self { project, actor, action, from, to } = self;
        let mut errors = Vec::new();
        let filter = EventFilter {
            project: part(&mut errors, "project", &project),
            actor: part(&mut errors, "actor", &actor),
            action: part(&mut errors, "action", &action),
            period: Period::parse(&from, &to, &mut errors),
        };
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
    }
}

/// The value of a field; `None` if it is empty, or wrong and added to the errors.
pub(crate) fn part<T: TryFrom<String, Error = Invalid>>(
    errors: &mut Vec<FieldError>,
    field: &str,
    text: &str,
) -> Option<T> {
    let text = text.trim();
    if text.is_empty() { None } else { FieldError::collect(errors, field, T::try_from(text.to_owned())) }
}

fn check_actor(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    let length = text.chars().count();
    if (1..=320).contains(&length) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    let accepted =
        "a part of an e-mail address or of the name of a token, or reconciler, registry, schedule or host";
    Err(Invalid::new("This is not a part of an actor.", accepted))
}

fn check_action(text: &str) -> Result<String, Invalid> {
    let is_word = |letter: char| letter.is_ascii_lowercase() || matches!(letter, '.' | '_');
    if (1..=64).contains(&text.len()) && text.chars().all(is_word) {
        return Ok(text.to_owned());
    }
    let message = format!("\"{}\" is not an action.", text.escape_default());
    Err(Invalid::new(message, "a word such as project.stop or log_in"))
}

#[cfg(test)]
mod tests;
