use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::CallFilter;
use super::choices::{FilterChoices, choices};
use super::counts::{CallCounts, count};
use crate::App;
use crate::api::ApiQuery;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// What stands beside the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Overview {
    #[serde(flatten)]
    counts: CallCounts,
    #[serde(flatten)]
    choices: FilterChoices,
}

/// How many calls ring, are talked on, are missed and open; and what the log can be filtered by
///
/// The counts heed the filters of the log, but for `state`, `missed` and `done`.
#[utoipa::path(get, path = "/api/v1/calls/overview", tag = "calls", params(CallFilter),
    responses((status = 200, body = Overview), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiQuery(filter): ApiQuery<CallFilter>,
) -> Result<Json<Overview>, Problem> {
    Ok(Json(Overview {
        counts: count(&app, &user, &filter).await?,
        choices: choices(&app, &user).await?,
    }))
}
