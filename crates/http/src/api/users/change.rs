use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use offhook_core::UserId;
use offhook_engine::access::Secret;
use offhook_engine::store::UserChange;
use offhook_engine::text::{full_line, line, user_phones};
use serde::Deserialize;
use tracing::info;
use utoipa::ToSchema;

use super::view::{self, UserView};
use crate::App;
use crate::api::{ApiJson, ApiPath, if_match, with_etag};
use crate::auth::Admin;
use crate::problem::Problem;

/// What to change of a user; what is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UserPatch {
    login: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phones: Option<Vec<String>>,
    /// `agent` or `admin`.
    role: Option<String>,
    /// What it may do beyond that: `dial`.
    permissions: Option<Vec<String>>,
    active: Option<bool>,
    /// Ends the user's sessions.
    password: Option<String>,
}

/// Change a user
#[utoipa::path(patch, path = "/api/v1/users/{id}", tag = "users", params(("id" = i64, Path)),
    request_body = UserPatch,
    responses((status = 200, body = UserView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiJson(patch): ApiJson<UserPatch>,
) -> Result<Response, Problem> {
    let expected = if_match(&headers)?;
    let lined =
        |field, text: &Option<String>| text.as_deref().map(|text| line(field, text)).transpose();
    let mut change = UserChange {
        login: patch
            .login
            .as_deref()
            .map(|login| full_line("login", login))
            .transpose()?,
        name: lined("name", &patch.name)?,
        email: lined("email", &patch.email)?,
        phones: patch.phones.as_deref().map(user_phones).transpose()?,
        role: patch.role.as_deref().map(view::role).transpose()?,
        permissions: (patch.permissions.as_deref())
            .map(view::permissions)
            .transpose()?,
        active: patch.active,
        ..UserChange::default()
    };
    if let Some(password) = patch.password {
        let hash = app.access.passwords().hash(Secret(password)).await;
        change.password_hash = Some(hash.map_err(|error| Problem::invalid("password", error))?);
    }
    let accounts = app.configuration.accounts();
    let changed = accounts.update_user(UserId(id), expected, &change).await;
    // Refused or not: whoever reads next sees what another process changed.
    app.configuration.reload().await?;
    let user = changed?.ok_or_else(|| Problem::not_found("user"))?;
    let by = &admin.identity.user.user.login;
    info!(target: "audit", by, login = user.login, "changed a user");
    let view = UserView::from(&user);
    Ok(with_etag(StatusCode::OK, user.revision, view))
}
