use axum::Json;
use axum::extract::State;

use super::view::SourceView;
use crate::App;
use crate::api::Listed;
use crate::auth::Admin;
use crate::problem::Problem;

/// Every source
#[utoipa::path(get, path = "/api/v1/sources", tag = "sources",
    responses((status = 200, body = Listed<SourceView>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
) -> Result<Json<Listed<SourceView>>, Problem> {
    let snapshot = app.configuration.now();
    let now = app.now();
    let sources = snapshot
        .sources()
        .iter()
        .map(|live| SourceView::new(&live.source, now))
        .collect();
    Ok(Json(Listed::whole(sources)))
}
