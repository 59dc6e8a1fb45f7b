use axum::Json;
use axum::extract::State;

use super::activity::SourceWithActivity;
use crate::App;
use crate::api::{ApiQuery, Listed, PageParams};
use crate::auth::Admin;
use crate::problem::Problem;

/// The sources with what each has sent of late, in order of id
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources", params(PageParams),
    responses((status = 200, body = Listed<SourceWithActivity>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiQuery(page): ApiQuery<PageParams>,
) -> Result<Json<Listed<SourceWithActivity>>, Problem> {
    let snapshot = app.configuration.now();
    let (part, next) = page.read()?.of(snapshot.sources(), |live| live.source.id.0);
    let mut sources = Vec::new();
    for live in part {
        sources.push(SourceWithActivity::read(&app, &live.source).await?);
    }
    Ok(Json(Listed::new(sources, next)))
}
