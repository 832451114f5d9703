//! Projects: writing what is wanted of them.

use model::{
    CommitSha, DatabaseServerName, DesiredState, Email, Hostname, Limits, NewProject, PoolSize, Problem,
    ProjectClass, ProjectEdit, ProjectId, ProjectStatus, ReleaseRef,
};

use super::{Change, RegistryError, Result};

/// A move along the lifecycle, with what goes with it.
#[derive(Debug, Clone)]
pub struct StatusChange {
    /// Where to.
    pub status: ProjectStatus,
    /// The generation that was reached, if one was.
    pub reached: Option<i64>,
    /// The commit that is proved to run, if one is.
    pub deployed: Option<CommitSha>,
    /// What is in the way now.
    pub problem: Option<Problem>,
}

impl StatusChange {
    /// Nothing but the status.
    pub const fn to(status: ProjectStatus) -> Self {
        Self { status, reached: None, deployed: None, problem: None }
    }
}

/// The place of a new project, beside what the operator typed.
#[derive(Debug, Clone)]
pub struct Placement<'a> {
    /// The word of the driver.
    pub driver: &'a str,
    /// The reference of its database URL.
    pub database_url: &'a str,
    /// The release that it is pinned to.
    pub release: Option<&'a ReleaseRef>,
    /// Its limits.
    pub limits: Limits,
    /// The server of its database.
    pub database_server: &'a DatabaseServerName,
    /// The pool of its instance.
    pub pool_size: PoolSize,
    /// The first port of the range that upstreams are taken from.
    pub first_port: u16,
    /// The last one.
    pub last_port: u16,
}

/// A pool as its column has it.
fn whole(pool: PoolSize) -> i32 {
    i32::try_from(pool.get()).unwrap_or(i32::MAX)
}

impl Change {
    /// Inserts a project with the first free pair of ports. `None` when the range is used up.
    pub async fn insert_project(&mut self, new: &NewProject, place: &Placement<'_>) -> Result<Option<()>> {
        // whole, so that a new field is a compile error until it is written here; the rest comes through the placement
        #[rustfmt::skip]
        let NewProject {
            id, display_name, labels, class, hostname, aliases, schema_ref, env, admin_email,
            release: _, limits: _, database_server: _, pool_size: _, database: _,
        } = new;
        let aliases: Vec<String> = aliases.iter().map(ToString::to_string).collect();
        let done = sqlx::query!(
            "insert into projects (id, display_name, hostname, aliases, database_url, schema_ref, env, status,
                                   desired_state, driver, database_server, port_base, admin_email, release, limits,
                                   pool_size, labels, class)
             select $1, $2, $3, $4, $5, $6, $7, 'provisioning', 'running', $8, $14, port, $9, $12, $13, $15, $16, $17
             from generate_series($10::int, $11::int - 1, 2) port
             where not exists (select from projects where port_base between port - 1 and port + 1)
             order by port limit 1",
            id.as_str(),
            display_name,
            hostname.as_ref().map(Hostname::as_str),
            &aliases,
            place.database_url,
            serde_json::json!(schema_ref),
            serde_json::json!(env),
            place.driver,
            admin_email.as_ref().map(Email::as_str),
            i32::from(place.first_port),
            i32::from(place.last_port),
            place.release.map(ReleaseRef::as_str),
            serde_json::json!(place.limits),
            place.database_server.as_str(),
            whole(place.pool_size),
            serde_json::json!(labels),
            class.as_str(),
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("creating a project"))?;
        Ok((done.rows_affected() == 1).then_some(()))
    }

    /// Writes what an edit names, raises the generation and returns it. With another schema call
    /// [`Change::forget_taken_content`] too. `limits` are all of them, after the edit.
    pub async fn edit_project(
        &mut self,
        id: &ProjectId,
        edit: &ProjectEdit,
        limits: Option<Limits>,
    ) -> Result<i64> {
        // whole, so that a new field is a compile error until it is written here
        #[rustfmt::skip]
        let ProjectEdit {
            display_name, labels, class, hostname, aliases, env, schema_ref, release, limits: _, pool_size, edge, delete_protection,
        } = edit;
        let aliases = aliases.as_ref().map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>());
        sqlx::query_scalar!(
            "update projects set
               display_name = coalesce($2, display_name), hostname = case when $3 then $4 else hostname end,
               aliases = coalesce($5, aliases), env = coalesce($6, env), schema_ref = coalesce($7, schema_ref),
               release = case when $8 then $9 else release end,
               limits = coalesce($10, limits), pool_size = coalesce($11, pool_size), edge = coalesce($12, edge),
               labels = coalesce($13, labels), class = coalesce($14, class),
               delete_protection = coalesce($15, delete_protection),
               generation = generation + 1
             where id = $1 returning generation",
            id.as_str(),
            display_name.as_deref(),
            hostname.is_some(),
            hostname.as_ref().and_then(Option::as_ref).map(Hostname::as_str),
            aliases.as_deref(),
            env.as_ref().map(|env| serde_json::json!(env)),
            schema_ref.as_ref().map(|schema| serde_json::json!(schema)),
            release.is_some(),
            release.as_ref().and_then(Option::as_ref).map(ReleaseRef::as_str),
            limits.map(|limits| serde_json::json!(limits)),
            pool_size.map(whole),
            edge.as_ref().map(|edge| serde_json::json!(edge)),
            labels.as_ref().map(|labels| serde_json::json!(labels)),
            class.map(ProjectClass::as_str),
            *delete_protection,
        )
        .fetch_one(self.connection())
        .await
        .map_err(RegistryError::sql("editing a project"))
    }

    /// Writes the desired state, raises the generation and returns it.
    pub async fn set_desired_state(&mut self, id: &ProjectId, desired: DesiredState) -> Result<i64> {
        sqlx::query_scalar!(
            "update projects set desired_state = $2, generation = generation + 1 where id = $1 returning generation",
            id.as_str(),
            desired.as_str()
        )
        .fetch_one(self.connection())
        .await
        .map_err(RegistryError::sql("setting a desired state"))
    }

    /// Asks for an equal instance in place of the present one: raises the count of restarts and the generation.
    pub async fn count_restart(&mut self, id: &ProjectId) -> Result<i64> {
        sqlx::query_scalar!(
            "update projects set restarts = restarts + 1, desired_state = 'running', generation = generation + 1
             where id = $1 returning generation",
            id.as_str()
        )
        .fetch_one(self.connection())
        .await
        .map_err(RegistryError::sql("asking for a restart"))
    }

    /// Asks for the project to be taken down, raises the generation and returns it.
    pub async fn request_delete(&mut self, id: &ProjectId) -> Result<i64> {
        sqlx::query_scalar!(
            "update projects set delete_requested_at = coalesce(delete_requested_at, now()), desired_state = 'stopped',
                                 generation = generation + 1
             where id = $1 returning generation",
            id.as_str()
        )
        .fetch_one(self.connection())
        .await
        .map_err(RegistryError::sql("asking for a delete"))
    }

    /// Increments the generation and changes nothing else, so that the project is reconciled with new attempts. Returns it.
    pub async fn raise_generation(&mut self, id: &ProjectId) -> Result<i64> {
        sqlx::query_scalar!(
            "update projects set generation = generation + 1 where id = $1 returning generation",
            id.as_str()
        )
        .fetch_one(self.connection())
        .await
        .map_err(RegistryError::sql("asking to look again"))
    }

    /// Sets the status and what goes with it. The trigger `project_changed` rejects a transition that
    /// [`ProjectStatus::may_become`] does not allow.
    pub async fn set_status(&mut self, id: &ProjectId, change: &StatusChange) -> Result<()> {
        sqlx::query!(
            "update projects set status = $2, problem = $3,
                    observed_generation = greatest(observed_generation, coalesce($4, observed_generation)),
                    schema_version = coalesce($5, schema_version)
             where id = $1",
            id.as_str(),
            change.status.as_str(),
            change.problem.as_ref().map(|problem| serde_json::json!(problem)),
            change.reached,
            change.deployed.as_ref().map(CommitSha::as_str),
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("setting a status"))?;
        Ok(())
    }

    /// Records which version of a secret the next instance is started with. `before` is the version that was recorded when
    /// this one was written: where another one was recorded meanwhile, the newer of the two stays.
    pub async fn set_secret_version(
        &mut self,
        id: &ProjectId,
        name: &str,
        version: u32,
        before: Option<u32>,
    ) -> Result<()> {
        sqlx::query!(
            "update projects set secrets = secrets || jsonb_build_object($2::text,
               case when (secrets ->> $2)::bigint is not distinct from $4::bigint then $3::bigint
                    else greatest($3::bigint, (secrets ->> $2)::bigint) end)
             where id = $1",
            id.as_str(),
            name,
            i64::from(version),
            before.map(i64::from)
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("recording a secret's version"))?;
        Ok(())
    }

    /// Notes that the first admin's password is shown. `false` when it was before, or there is none.
    pub async fn note_admin_shown(&mut self, id: &ProjectId) -> Result<bool> {
        let done = sqlx::query!(
            "update projects set admin_shown_at = now()
             where id = $1 and admin_email is not null and admin_shown_at is null",
            id.as_str()
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("noting that a password is shown"))?;
        Ok(done.rows_affected() == 1)
    }
}
