//! Callers by their grant, and whether a refusal left everything as it was.

use control_plane::OpContext;
use control_plane::ports::secret_store::{SecretReader as _, SecretScope};
use model::{Actor, ProjectSet, Role};

use super::{Asker, EMAIL, Fleet};

impl Fleet {
    /// An operator with a token whose grant is written into the registry: no command gives most roles yet.
    pub async fn holder(&self, grant: Option<(Role, ProjectSet)>) -> Asker {
        self.registered().await;
        self.grant(grant).await;
        let (host, operators) = (OpContext::platform(Actor::Host), self.plane.operators());
        let made = operators.create_token_for(&host, &EMAIL.parse().unwrap(), "test".into()).await.unwrap();
        self.caller(operators.identify_token(&made.1).await.unwrap().unwrap())
    }

    /// Replaces every grant by this one.
    pub async fn grant(&self, grant: Option<(Role, ProjectSet)>) {
        let pool = self.plane.registry().sessions();
        sqlx::query("delete from grants").execute(pool).await.unwrap();
        let Some((role, projects)) = grant else { return };
        let projects: Option<Vec<String>> = match projects {
            ProjectSet::All => None,
            ProjectSet::Only(ids) => Some(ids.iter().map(ToString::to_string).collect()),
        };
        let insert = "insert into grants (operator_id, role, project_set) select id, $1, $2 from operators";
        sqlx::query(insert).bind(role.as_str()).bind(projects).execute(pool).await.unwrap();
    }

    /// Everything in the registry but sessions, and every secret.
    pub async fn dump(&self) -> String {
        let every = "select string_agg(table_name || query_to_xml(format('select * from %I', table_name), true, true, '')::text, '')
                     from information_schema.tables
                     where table_schema = 'public' and table_name not in ('sessions', '_sqlx_migrations')";
        let rows: String =
            sqlx::query_scalar(every).fetch_one(self.plane.registry().sessions()).await.unwrap();
        let secrets = self.secrets.list(&SecretScope::Project("shop".parse().unwrap())).await.unwrap();
        format!("{rows}{secrets:?}")
    }
}
