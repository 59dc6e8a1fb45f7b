use axum::Json;
use axum::extract::State;
use offhook_core::CallId;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::App;
use crate::api::ApiJson;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Calls that are dealt with.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ZammadDoneBulk {
    /// Their ids.
    #[serde(default)]
    ids: Vec<i64>,
}

/// Deal with many calls, all or none, as Zammad has it
#[utoipa::path(post, path = "/api/v1/cti/done/bulk", tag = "zammad", request_body = ZammadDoneBulk,
    responses((status = 200, description = "{}"), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiJson(done): ApiJson<ZammadDoneBulk>,
) -> Result<Json<Value>, Problem> {
    let ids: Vec<CallId> = done.ids.into_iter().map(CallId).collect();
    let by = user.identity.user.user.id;
    let calls = app
        .log
        .mark_done(&ids, true, by, &user.visibility(&app))
        .await?;
    calls.ok_or_else(|| Problem::not_found("call"))?;
    Ok(Json(json!({})))
}
