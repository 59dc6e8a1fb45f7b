use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use offhook_core::UserId;

use super::view::UserView;
use crate::App;
use crate::api::{ApiPath, with_etag};
use crate::auth::Admin;
use crate::problem::Problem;

/// One user
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = UserView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiPath(id): ApiPath<i64>,
) -> Result<Response, Problem> {
    let snapshot = app.configuration.now();
    let live = snapshot
        .user(UserId(id))
        .ok_or_else(|| Problem::not_found("user"))?;
    let view = UserView::from(&live.user);
    Ok(with_etag(StatusCode::OK, live.user.revision, view))
}
