//! Random secrets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use secrecy::SecretString;

/// The operating system provides no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness(#[source] rand::rngs::SysError);

/// A random secret of this number of bytes, in URL-safe base64 without padding.
pub fn secret(bytes: usize) -> Result<SecretString, NoRandomness> {
    let mut buffer = vec![0; bytes];
    SysRng.try_fill_bytes(&mut buffer).map_err(NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(buffer).into())
}

impl From<NoRandomness> for crate::Error {
    fn from(error: NoRandomness) -> Self {
        tracing::error!(error = %crate::chain(&error), "random bytes");
        model::Problem::new(
            model::ProblemKind::Internal,
            "No secret could be generated",
            "Nothing was changed. Try again.",
        )
        .into()
    }
}
