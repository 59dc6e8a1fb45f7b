use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Whether somebody has to begin.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Welcome {
    /// There is no user yet: the link that the server printed makes the first administrator.
    needed: bool,
}

/// Whether there is no user yet; anyone may ask
#[utoipa::path(get, path = "/api/v1/welcome", tag = "session",
    responses((status = 200, body = Welcome)))]
pub(super) async fn handler(State(app): State<App>) -> Json<Welcome> {
    let needed = app.access.is_welcome_needed();
    Json(Welcome { needed })
}
