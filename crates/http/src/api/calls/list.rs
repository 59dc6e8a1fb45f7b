use axum::Json;
use axum::extract::State;

use super::{CallFilter, CallView};
use crate::App;
use crate::api::{ApiQuery, Listed, PageParams};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Calls, newest first
#[utoipa::path(get, path = "/api/v1/calls", tag = "calls", params(CallFilter, PageParams),
    responses((status = 200, body = Listed<CallView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiQuery(filter): ApiQuery<CallFilter>,
    ApiQuery(page): ApiQuery<PageParams>,
) -> Result<Json<Listed<CallView>>, Problem> {
    let Some(query) = filter.query(&app, &user, page.read()?).await? else {
        return Ok(Json(Listed::whole(Vec::new())));
    };
    let page = app.log.page(query).await?;
    let snapshot = app.configuration.now();
    let items = page
        .items
        .iter()
        .map(|call| CallView::new(call, &snapshot))
        .collect();
    Ok(Json(Listed::new(items, page.next)))
}
