//! Where secrets are kept, and whether that is where the registry says they are.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use control_plane::ControlPlane;
use control_plane::ports::secret_store::SecretStore;
use control_plane::registry::SecretReference;
use secrets_sealed::{SealedSettings, SealedStore};
use secrets_ssm::SsmStore;

use crate::config::{Config, SecretsIn};
use crate::data_dir::DataDir;

/// Opens a store. AWS is not asked for anything here: whether it answers is seen when it is needed.
pub async fn secret_store(
    place: SecretsIn,
    config: &Config,
    dir: &DataDir,
) -> anyhow::Result<Arc<dyn SecretStore>> {
    Ok(match place {
        SecretsIn::Sealed => {
            let settings = SealedSettings { dir: dir.join("secrets"), key_file: dir.join("secrets.key") };
            Arc::new(SealedStore::open(settings).await.context("opening the secret store")?)
        }
        SecretsIn::Ssm => Arc::new(SsmStore::new(config.ssm.clone())),
    })
}

/// Refuses a store other than the one that the registry names: it would hold none of the secrets.
pub(super) async fn agrees(config: &Config, plane: &ControlPlane) -> anyhow::Result<()> {
    let references =
        plane.registry().secret_references().await.context("reading the references of secrets")?;
    let secrets = &plane.ports().secrets;
    let elsewhere = |known: &&SecretReference| secrets.reference(&known.path) != known.reference;
    match references.iter().filter(elsewhere).find_map(|known| Some((known, store_of(known)?))) {
        Some((known, named)) => bail!("{}", disagreement(config, known, named)),
        None => Ok(()),
    }
}

/// The store that a reference names; `None` for a text that names none, which is one row's own matter.
fn store_of(known: &SecretReference) -> Option<SecretsIn> {
    known.reference.split_once(":/")?.0.parse().ok()
}

fn disagreement(config: &Config, known: &SecretReference, named: SecretsIn) -> String {
    let chosen = config.secrets;
    let (holder, reference) = (&known.holder, &known.reference);
    if named == chosen {
        let prefix = &config.ssm.prefix;
        return format!(
            "the secret of {holder} is {reference}, and ATOMO_FLEET_SSM_PREFIX = {prefix} looks elsewhere. Nothing was changed. Set \
             it to what is in front of the project's name there"
        );
    }
    format!(
        "the secrets of this fleet are in {named}: that of {holder} is {reference}. ATOMO_FLEET_SECRETS = {chosen} would find none \
         of them. Nothing was changed. Move them with `atomo-fleet secrets migrate --from {named} --to {chosen}`, or set \
         ATOMO_FLEET_SECRETS = {named}"
    )
}
