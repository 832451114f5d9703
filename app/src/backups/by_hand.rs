//! How to restore a backup without Atomo Fleet: the archive is made of files that common programs read.

use leptos::prelude::*;
use model::Backup;

/// The commands in a fold. `open`: on the page of the backup itself.
#[component]
pub(super) fn ByHand(
    /// Whether the parts are encrypted.
    encrypted: bool,
    /// Whether the archive has uploads.
    media: bool,
    #[prop(optional)] open: bool,
) -> impl IntoView {
    let commands = commands(encrypted, media).join("\n");
    view! {
        <details open=open id="by-hand">
            <summary class="link">"Restore by hand"</summary>
            <div class="by-hand">
                <p class="soft">
                    "Every archive can be restored without Atomo Fleet, in its folder, with sha256sum, zstd and pg_restore of the same or a newer version. NEW is an empty database."
                </p>
                <pre class="code" tabindex="0">{commands}</pre>
            </div>
        </details>
    }
    .into_any()
}

/// Whether the archive of a backup has uploads.
pub(super) fn has_media(backup: &Backup) -> bool {
    backup.media_bytes.is_some_and(|size| size.bytes() > 0)
}

/// The commands, in their order.
fn commands(encrypted: bool, media: bool) -> Vec<String> {
    let mut lines = vec!["sha256sum -c SHA256SUMS".to_owned()];
    let files: &[&str] = if media { &["database.dump", "media.tar"] } else { &["database.dump"] };
    for file in files {
        if encrypted {
            lines.push(format!("age -d -i key.txt -o {file}.zst {file}.zst.age"));
        }
        lines.push(format!("zstd -d {file}.zst"));
    }
    lines.push("createdb NEW".to_owned());
    lines.push("pg_restore --no-owner --exit-on-error -d NEW database.dump".to_owned());
    if media {
        lines.push("tar -xf media.tar".to_owned());
    }
    lines
}

/// The names of the parts of an archive.
pub(super) fn parts(encrypted: bool, media: bool) -> Vec<String> {
    let files = ["database.dump", "media.tar", "schema.ts", "project.json", "contents.json"];
    let stored = files.into_iter().filter(|file| media || *file != "media.tar");
    let stored = stored.map(|file| format!("{file}.zst{}", if encrypted { ".age" } else { "" }));
    stored.chain(["manifest.json".to_owned(), "SHA256SUMS".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::{commands, parts};

    #[test]
    fn a_key_is_named_only_where_the_parts_are_encrypted() {
        assert_eq!(
            commands(false, false),
            [
                "sha256sum -c SHA256SUMS",
                "zstd -d database.dump.zst",
                "createdb NEW",
                "pg_restore --no-owner --exit-on-error -d NEW database.dump"
            ]
        );
        let all = commands(true, true);
        assert!(all.contains(&"age -d -i key.txt -o media.tar.zst media.tar.zst.age".to_owned()), "{all:?}");
        assert_eq!(all.last().unwrap(), "tar -xf media.tar");
    }

    #[test]
    fn the_names_of_the_parts_say_whether_they_are_encrypted() {
        assert!(parts(true, false).contains(&"database.dump.zst.age".to_owned()));
        assert!(!parts(true, false).iter().any(|part| part.starts_with("media")));
        assert!(parts(false, true).contains(&"media.tar.zst".to_owned()));
    }
}
