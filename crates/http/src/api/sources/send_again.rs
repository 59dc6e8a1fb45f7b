use axum::extract::State;
use http::StatusCode;

use super::view::find;
use crate::App;
use crate::api::ApiPath;
use crate::auth::Admin;
use crate::problem::Problem;

/// Tell the other system again of what waits, and of what was given up
#[utoipa::path(post, path = "/api/v1/sources/{id}/forward/again", tag = "sources",
    params(("id" = i64, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiPath(id): ApiPath<i64>,
) -> Result<StatusCode, Problem> {
    let source = find(&app.configuration.now(), id)?.source.id;
    app.outbox.spool.try_again(source).await?;
    app.outbox.forwards.hurry(source);
    Ok(StatusCode::NO_CONTENT)
}
