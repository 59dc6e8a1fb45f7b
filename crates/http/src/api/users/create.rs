use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use offhook_engine::access::Secret;
use offhook_engine::store::NewUser;
use offhook_engine::text::{full_line, line, user_phones};
use serde::Deserialize;
use tracing::info;
use utoipa::ToSchema;

use super::view::{self, UserView};
use crate::App;
use crate::api::{ApiJson, with_etag};
use crate::auth::Admin;
use crate::problem::Problem;

/// A user to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserDraft {
    login: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phones: Vec<String>,
    /// `agent` (the default) or `admin`.
    role: Option<String>,
    /// What it may do beyond that: `dial`.
    #[serde(default)]
    permissions: Vec<String>,
    /// Whether it may sign in; it may unless told otherwise.
    active: Option<bool>,
    /// Without one the user can not sign in.
    password: Option<String>,
}

/// Make a user
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = UserDraft,
    responses((status = 201, body = UserView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiJson(draft): ApiJson<UserDraft>,
) -> Result<Response, Problem> {
    let mut new = NewUser {
        login: full_line("login", &draft.login)?,
        name: line("name", &draft.name)?,
        email: line("email", &draft.email)?,
        phones: user_phones(&draft.phones)?,
        role: view::role(draft.role.as_deref().unwrap_or("agent"))?,
        permissions: view::permissions(&draft.permissions)?,
        active: draft.active.unwrap_or(true),
        password_hash: None,
    };
    if let Some(password) = draft.password {
        let hash = app.access.passwords().hash(Secret(password)).await;
        new.password_hash = Some(hash.map_err(|error| Problem::invalid("password", error))?);
    }
    let user = app
        .configuration
        .accounts()
        .add_user(&new, app.now())
        .await?;
    app.configuration.reload().await?;
    let by = &admin.identity.user.user.login;
    info!(target: "audit", by, login = user.login, role = user.role.as_str(), "made a user");
    let view = UserView::from(&user);
    Ok(with_etag(StatusCode::CREATED, user.revision, view))
}
