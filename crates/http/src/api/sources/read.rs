use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::activity::SourceWithActivity;
use super::view::find;
use crate::App;
use crate::api::{ApiPath, with_etag};
use crate::auth::Admin;
use crate::problem::Problem;

/// One source
#[utoipa::path(get, path = "/api/v1/sources/{id}", tag = "sources", params(("id" = i64, Path)),
    responses((status = 200, body = SourceWithActivity), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiPath(id): ApiPath<i64>,
) -> Result<Response, Problem> {
    let snapshot = app.configuration.now();
    let source = &find(&snapshot, id)?.source;
    Ok(with_etag(
        StatusCode::OK,
        source.revision,
        SourceWithActivity::read(&app, source).await?,
    ))
}
