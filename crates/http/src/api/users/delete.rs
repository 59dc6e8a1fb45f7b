use axum::extract::State;
use http::{HeaderMap, StatusCode};
use offhook_core::UserId;
use tracing::info;

use crate::App;
use crate::api::{ApiPath, if_match};
use crate::auth::Admin;
use crate::problem::Problem;

/// Delete a user
#[utoipa::path(delete, path = "/api/v1/users/{id}", tag = "users", params(("id" = i64, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let accounts = app.configuration.accounts();
    let expected = if_match(&headers)?;
    if !accounts.delete_user(UserId(id), expected).await? {
        return Err(Problem::not_found("user"));
    }
    app.configuration.reload().await?;
    let by = &admin.identity.user.user.login;
    info!(target: "audit", by, user = id, "deleted a user");
    Ok(StatusCode::NO_CONTENT)
}
