//! The recovery kit: shown once, made to be printed.

use leptos::prelude::*;
use model::RecoveryKey;

use crate::components::{Fact, Facts, OneTimeSecretPanel};

/// The private key with what a recovery needs beside it.
#[component]
pub(super) fn RecoveryKit(key: RecoveryKey, identity: String, place: String) -> impl IntoView {
    let commands = commands(&identity);
    view! {
        <section class="kit" aria-labelledby="kit" data-once="secret">
            <h2 id="kit">"Recovery kit"</h2>
            <p>"Print this page, or keep the private key in a password manager. Without it the secrets of this control plane cannot be recovered. Do not keep it where the archives are."</p>
            <OneTimeSecretPanel title="Private recovery key" secret=identity/>
            <Facts>
                <Fact name="Fingerprint"><code>{key.fingerprint}</code></Fact>
                <Fact name="Public key"><code class="break">{key.recipient}</code></Fact>
                <Fact name="Archives"><span class="break">{place}</span></Fact>
            </Facts>
            <h3>"On an empty machine"</h3>
            <ol class="will">
                <li>"Install Atomo Fleet with the settings of this installation, in particular ATOMO_FLEET_BACKUPS."</li>
                <li>"Run these commands. The first writes the private key into a file, the last one restores projects whose database is lost."</li>
            </ol>
            <pre class="code" tabindex="0">{commands}</pre>
            <button class="button js-only no-print" type="button" data-print="">"Print"</button>
        </section>
    }
    .into_any()
}

fn commands(identity: &str) -> String {
    format!(
        "(umask 077; echo {identity} >recovery.key)\n\
         atomo-fleet recover --from latest --identity recovery.key\n\
         atomo-fleet serve\n\
         atomoctl fleet restore-projects --wait"
    )
}
