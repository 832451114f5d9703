//! The calendar of the last 30 days: which of them can be gone back to.

use leptos::prelude::*;
use model::Backup;
use time::{Date, Duration, OffsetDateTime, UtcOffset};

use super::proof::{Mark, taken};
use crate::html::Html;
use crate::text::day;

/// Number of days.
pub(super) const DAYS: i64 = 30;

/// What is left of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    None,
    Has(Mark),
}

impl Day {
    /// Tone and word.
    const fn look(self) -> (&'static str, &'static str) {
        match self {
            Self::None | Self::Has(Mark::Removed) => ("unknown", "no backup"),
            Self::Has(Mark::Verified) => ("ok", "verified"),
            Self::Has(Mark::Unverified) => ("warn", "not verified"),
            Self::Has(Mark::NotProved) => ("bad", "verification failed"),
            Self::Has(Mark::Failed) => ("bad", "failed"),
            Self::Has(Mark::Running) => ("move", "running"),
        }
    }
}

/// The calendar: one mark a day, the sum in words.
#[component]
pub(super) fn Calendar(backups: Vec<Backup>) -> impl IntoView {
    let days = days(&backups, today());
    let (marks, words) = (marks(&days), sum(&days));
    let ends = days.first().zip(days.last()).map(|((first, _), (last, _))| (day(*first), day(*last)));
    view! {
        <ol class="days" aria-label="The last 30 days" inner_html=marks></ol>
        {ends.map(|(first, last)| view! { <p class="days-axis" aria-hidden="true"><span>{first}</span><span>{last}</span></p> })}
        <p class="soft">{words}</p>
    }
    .into_any()
}

fn today() -> Date {
    OffsetDateTime::now_utc().to_offset(UtcOffset::UTC).date()
}

/// The days, oldest first, each with the newest backup that was begun on it. Days are those of UTC.
fn days(backups: &[Backup], today: Date) -> Vec<(Date, Day)> {
    let newest = |date: Date| {
        let of_day = backups.iter().filter(|backup| taken(backup).to_offset(UtcOffset::UTC).date() == date);
        of_day.max_by_key(|backup| backup.id).map_or(Day::None, |backup| Day::Has(Mark::of(backup)))
    };
    (0..DAYS).rev().map(|back| today - Duration::days(back)).map(|date| (date, newest(date))).collect()
}

fn marks(days: &[(Date, Day)]) -> String {
    let mut html = Html::default();
    for (date, found) in days {
        let (tone, word) = found.look();
        let title = format!("{}: {word}", day(*date));
        let kind = if *found == Day::None { "none" } else { word };
        html.open("li", &[("data-tone", tone), ("data-day", kind), ("title", &title)]);
        html.element("span", &[("class", "visually-hidden")], &title).close("li");
    }
    html.finish()
}

/// `28 days verified, 1 failed, 1 no backup`.
fn sum(days: &[(Date, Day)]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for (_, found) in days {
        let (_, word) = found.look();
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, number)) => *number += 1,
            None => counts.push((word, 1)),
        }
    }
    counts.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let phrases: Vec<String> = counts.iter().map(|(word, number)| format!("{number} {word}")).collect();
    format!("Days: {}. The newest backup of a day counts.", phrases.join(", "))
}

#[cfg(test)]
mod tests;
