//! *Copy as command*: the `atomoctl` line for what a page shows, or for what its button does.

use leptos::prelude::*;
use model::CommandLine;
use model::command_line::PageCommands;

use super::Icon;
use crate::address::Address;

/// The lines of the present page. `None` for a page that no command shows.
pub(super) fn shown() -> Option<AnyView> {
    match commands() {
        PageCommands::Show(lines) if !lines.is_empty() => {
            Some(view! { <CopyCommand lines id="command"/> }.into_any())
        }
        PageCommands::Show(_) | PageCommands::Act(_) => None,
    }
}

/// The line that does what the button of the present confirmation does. `None` for every other page.
#[component]
pub(crate) fn ActCommand() -> impl IntoView {
    match commands() {
        PageCommands::Act(line) => {
            Some(view! { <CopyCommand lines=vec![line] id="act-command"/> }.into_any())
        }
        PageCommands::Show(_) => None,
    }
}

fn commands() -> PageCommands {
    let Address { path, query, .. } = Address::current();
    PageCommands::of(&path, &|name| query.all(name).map(str::to_owned).collect())
}

/// A button that opens the lines. Without JavaScript their text can be selected.
#[component]
fn CopyCommand(
    lines: Vec<CommandLine>,
    /// The id of the text.
    id: &'static str,
) -> impl IntoView {
    let text = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    view! {
        <details class="command not-phone" data-copy-region="">
            <summary class="button" data-kind="quiet"><Icon name="command"/>"Copy as command"</summary>
            <div>
                <code id=id tabindex="0">{text}</code>
                <div class="buttons">
                    <button class="button js-only" data-size="s" type="button" data-copy=id>"Copy"</button>
                    <span class="hint" role="status" data-copied=""></span>
                </div>
            </div>
        </details>
    }
    .into_any()
}
