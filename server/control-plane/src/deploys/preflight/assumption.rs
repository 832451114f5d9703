//! A consequence that may depend on the number of rows.

use model::{Evidence, FindingClass, SchemaFinding};

/// A consequence before the rows are counted on which it depends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assumption {
    /// The consequence where the answer is 0, or no question is asked.
    pub(super) finding: SchemaFinding,
    /// Class and detail where the answer is greater, or not known.
    pub(super) otherwise: Option<(FindingClass, String)>,
    /// A statement that returns one number.
    pub(super) question: Option<String>,
}

/// The place of a change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) table: &'a str,
    pub(super) column: Option<&'a str>,
}

impl<'a> Place<'a> {
    pub(super) const fn table(table: &'a str) -> Self {
        Self { table, column: None }
    }

    pub(super) const fn column(table: &'a str, column: &'a str) -> Self {
        Self { table, column: Some(column) }
    }
}

impl Assumption {
    /// What happens whatever the rows are.
    pub(super) fn certain(
        place: Place<'_>,
        class: FindingClass,
        change: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let finding = SchemaFinding {
            class,
            table: Some(place.table.to_owned()),
            column: place.column.map(str::to_owned),
            change: change.into(),
            detail: detail.into(),
            evidence: None,
        };
        Self { finding, otherwise: None, question: None }
    }

    /// About the schema as a whole.
    pub(super) fn of_schema(class: FindingClass, change: &str, detail: impl Into<String>) -> Self {
        let (change, detail) = (change.to_owned(), detail.into());
        let finding = SchemaFinding { class, table: None, column: None, change, detail, evidence: None };
        Self { finding, otherwise: None, question: None }
    }

    /// Another consequence of the same change, whatever the rows are.
    pub(super) fn instead(mut self, class: FindingClass, detail: impl Into<String>) -> Self {
        self.finding.class = class;
        self.finding.detail = detail.into();
        Self { otherwise: None, question: None, ..self }
    }

    /// The same, where the question is answered with 0; something else where it is not.
    pub(super) fn unless(self, question: String, class: FindingClass, detail: impl Into<String>) -> Self {
        Self { question: Some(question), otherwise: Some((class, detail.into())), ..self }
    }

    /// The same, with the number of rows that it is about.
    pub(super) fn counting(self, question: String) -> Self {
        Self { question: Some(question), ..self }
    }

    fn answered(self, answer: Option<u64>) -> SchemaFinding {
        let mut finding = self.finding;
        let Some(sql) = self.question else { return finding };
        if answer != Some(0)
            && let Some((class, detail)) = self.otherwise
        {
            finding.class = class;
            finding.detail = detail;
        }
        if answer.is_none() {
            finding.detail.push_str(" The rows could not be counted, so this is not certain.");
        }
        finding.evidence = Some(Evidence { sql, rows: answer });
        finding
    }
}

/// The findings, the worst first, with the answers of the questions in their order.
pub(super) fn answered(assumptions: Vec<Assumption>, answers: Vec<Option<u64>>) -> Vec<SchemaFinding> {
    let mut answers = answers.into_iter();
    let answer = |assumption: Assumption| {
        let answer = if assumption.question.is_some() { answers.next().flatten() } else { None };
        assumption.answered(answer)
    };
    let mut findings: Vec<SchemaFinding> = assumptions.into_iter().map(answer).collect();
    findings.sort_by(|a, b| {
        b.class.cmp(&a.class).then_with(|| (&a.table, &a.column).cmp(&(&b.table, &b.column)))
    });
    findings
}
