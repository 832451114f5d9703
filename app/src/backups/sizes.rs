//! The size of the database over the backups: a line, and its story as text.

use leptos::prelude::*;
use model::{Backup, BackupState, ByteSize};

use super::proof::taken;
use crate::html::Html;
use crate::text::minute;

/// Width and height of the drawing in SVG units.
const WIDTH: u64 = 300;
const HEIGHT: u64 = 40;

/// The line, from zero. Renders nothing for fewer than two complete backups.
#[component]
pub(super) fn Sizes(backups: Vec<Backup>) -> impl IntoView {
    let sizes: Vec<(&Backup, ByteSize)> = backups
        .iter()
        .rev()
        .filter(|backup| backup.state == BackupState::Complete)
        .filter_map(|backup| Some((backup, backup.database_bytes?)))
        .collect();
    let [(first, before), .., (_, now)] = sizes.as_slice() else { return ().into_any() };
    let label = format!("Size of the database: {before} on {} UTC, {now} now", minute(taken(first)));
    let points = line(&sizes.iter().map(|(_, size)| size.bytes()).collect::<Vec<_>>());
    let mut html = Html::default();
    html.open("polyline", &[("points", &points)]).close("polyline");
    let caption = format!("Size of the database: {now}");
    view! {
        <svg class="sizes" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=label inner_html=html.finish()></svg>
        <p class="soft">{caption}</p>
    }
    .into_any()
}

/// The points of the line, oldest first.
fn line(sizes: &[u64]) -> String {
    let most = sizes.iter().copied().max().unwrap_or(1).max(1);
    let last = u64::try_from(sizes.len().saturating_sub(1)).unwrap_or(1).max(1);
    let place = |(index, size): (u64, &u64)| {
        let height = u128::from(*size) * u128::from(HEIGHT - 2) / u128::from(most);
        format!("{},{}", index * WIDTH / last, u128::from(HEIGHT - 1) - height)
    };
    (0..).zip(sizes).map(place).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_line_begins_at_the_oldest_and_is_as_high_as_the_largest() {
        assert_eq!(line(&[50, 100, 0]), "0,20 150,1 300,39");
        assert_eq!(line(&[0]), "0,39");
    }
}
