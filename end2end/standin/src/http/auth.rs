//! Log-in, and who a request comes from.

use axum::{
    Json,
    extract::{FromRequestParts, State},
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{FromRow, PgPool};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    Shared,
    jwt::{self, Claims},
};
use crate::passwords;

const TOKEN_LIFE: Duration = Duration::hours(24);

/// A user of the project, as the API shows one.
#[derive(Debug, Clone, Serialize, FromRow)]
pub struct User {
    /// Row of `users`.
    pub id: String,
    email: String,
    role: String,
    first_name: Option<String>,
    last_name: Option<String>,
    tenant_id: Option<String>,
}

/// Someone with a valid token and session. A request without one is 401 without a body.
#[derive(Debug)]
pub struct Caller {
    /// The user.
    pub user: User,
    /// `X-Tenant-ID`, unless the user belongs to another tenant: then the header is dropped without a word.
    pub tenant: Option<String>,
}

/// What `/auth/login` takes.
#[derive(Deserialize)]
pub struct Login {
    email: String,
    password: String,
}

/// A token of 24 hours, or 401 without a body.
pub async fn login(State(state): State<Shared>, Json(login): Json<Login>) -> Result<Json<Value>, StatusCode> {
    let found = by_email(&state.pool, &login.email).await.map_err(|error| failed(&error))?;
    let (hash, user) = found.ok_or(StatusCode::UNAUTHORIZED)?;
    if !passwords::matches(&login.password, &hash) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let refresh = Uuid::new_v4().to_string();
    let now = OffsetDateTime::now_utc();
    let session = open_session(&state.pool, &user, &refresh, now).await.map_err(|error| failed(&error))?;
    let claims = Claims {
        sub: user.id.clone(),
        email: user.email.clone(),
        role: user.role.clone(),
        exp: (now + TOKEN_LIFE).unix_timestamp(),
        iat: now.unix_timestamp(),
        jti: session,
    };
    let token = jwt::sign(&claims, &state.jwt_secret).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "token": token, "refresh_token": refresh, "user": user })))
}

/// The caller's account.
pub async fn me(caller: Caller) -> Json<User> {
    Json(caller.user)
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, StatusCode> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let token = text(AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let claims = token.and_then(|token| jwt::verify(token, &state.jwt_secret, now));
        let claims = claims.ok_or(StatusCode::UNAUTHORIZED)?;
        let user = by_session(&state.pool, &claims).await.map_err(|error| failed(&error))?;
        let user = user.ok_or(StatusCode::UNAUTHORIZED)?;
        let tenant =
            text("x-tenant-id").filter(|asked| user.tenant_id.as_deref().is_none_or(|own| own == *asked));
        Ok(Self { tenant: tenant.map(str::to_owned), user })
    }
}

fn failed(error: &sqlx::Error) -> StatusCode {
    tracing::error!(%error, "Log-in could not reach the database");
    StatusCode::INTERNAL_SERVER_ERROR
}

#[derive(FromRow)]
struct Account {
    password_hash: String,
    #[sqlx(flatten)]
    user: User,
}

async fn by_email(pool: &PgPool, email: &str) -> Result<Option<(String, User)>, sqlx::Error> {
    let account: Option<Account> = sqlx::query_as(
        "select password_hash, id, email, role, first_name, last_name, tenant_id
         from users where email = $1 and is_active",
    )
    .bind(email)
    .fetch_optional(pool)
    .await?;
    Ok(account.map(|account| (account.password_hash, account.user)))
}

async fn by_session(pool: &PgPool, claims: &Claims) -> Result<Option<User>, sqlx::Error> {
    sqlx::query_as(
        "select u.id, u.email, u.role, u.first_name, u.last_name, u.tenant_id
         from sessions s join users u on u.id = s.user_id
         where s.id = $1 and u.id = $2 and not s.is_revoked and s.expires_at > now() and u.is_active",
    )
    .bind(&claims.jti)
    .bind(&claims.sub)
    .fetch_optional(pool)
    .await
}

async fn open_session(
    pool: &PgPool,
    user: &User,
    refresh: &str,
    now: OffsetDateTime,
) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(
        "with seen as (update users set last_login_at = $4 where id = $1)
         insert into sessions (user_id, token, expires_at) values ($1, $2, $3) returning id",
    )
    .bind(&user.id)
    .bind(refresh)
    .bind(now + TOKEN_LIFE)
    .bind(now)
    .fetch_one(pool)
    .await
}
