//! Under which names the control plane keeps its secrets.

use model::{ImageRegistryId, RepositoryId};

use crate::ports::secret_store::SecretPath;

/// The URL that the instance gets, password included.
pub const DATABASE_URL: &str = "database_url";
/// The password of the project's role.
pub const DATABASE_PASSWORD: &str = "database_password";
/// The key of the project's sessions.
pub const JWT_SECRET: &str = "jwt_secret";
/// The generated password of the project's first admin.
pub const ADMIN_PASSWORD: &str = "admin_password";

/// Where the credential of a repository is kept.
pub(crate) fn credential_path(id: RepositoryId) -> SecretPath {
    SecretPath::fleet(format!("repository-{id}"))
}

/// Where the key of a repository's webhook is kept.
pub(crate) fn webhook_path(id: RepositoryId) -> SecretPath {
    SecretPath::fleet(format!("webhook-{id}"))
}

/// Where the password of an image registry is kept.
pub(crate) fn password_path(id: ImageRegistryId) -> SecretPath {
    SecretPath::fleet(format!("image-registry-{id}"))
}
