use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracing::info;
use utoipa::ToSchema;

use super::CallFilter;
use super::done_bulk::MOST;
use crate::App;
use crate::api::{ApiJson, PageQuery};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Which calls are dealt with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DoneMatching {
    /// The filters of the log; `{}` for all. An unknown one is refused.
    #[schema(value_type = CallFilter)]
    filter: Map<String, Value>,
}

/// The calls that were open and are done now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DoneIds {
    /// Their ids, newest call first: what `POST /api/v1/calls/done` with `done: false` undoes.
    ids: Vec<i64>,
    /// There are more that fit; ask again.
    more: bool,
}

/// Deal with every call that fits and is over; at most 5000 at once, newest first
#[utoipa::path(post, path = "/api/v1/calls/done/matching", tag = "calls",
    request_body = DoneMatching,
    responses((status = 201, body = DoneIds), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiJson(done): ApiJson<DoneMatching>,
) -> Result<(StatusCode, Json<DoneIds>), Problem> {
    let filter = CallFilter::from_json(&done.filter)?;
    let by = &user.identity.user.user;
    let query = filter.query(&app, &user, PageQuery::first(MOST)).await?;
    let (ids, more) = match query {
        None => (Vec::new(), false),
        Some(query) => app.log.mark_all_done(query, by.id).await?,
    };
    info!(target: "audit", by = by.login, calls = ids.len(), "marked calls as done");
    let ids = ids.into_iter().map(|id| id.0).collect();
    Ok((StatusCode::CREATED, Json(DoneIds { ids, more })))
}
