use axum::Json;
use axum::extract::State;

use super::activity::SourceWithActivity;
use crate::App;
use crate::api::Listed;
use crate::auth::Admin;
use crate::problem::Problem;

/// Every source with what it has sent of late
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources",
    responses((status = 200, body = Listed<SourceWithActivity>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
) -> Result<Json<Listed<SourceWithActivity>>, Problem> {
    let snapshot = app.configuration.now();
    let mut sources = Vec::new();
    for live in snapshot.sources() {
        sources.push(SourceWithActivity::read(&app, &live.source).await?);
    }
    Ok(Json(Listed::whole(sources)))
}
