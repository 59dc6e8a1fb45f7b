use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::view::SettingsView;
use crate::App;
use crate::api::with_etag;
use crate::auth::Admin;
use crate::problem::Problem;

/// The settings
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings",
    responses((status = 200, body = SettingsView), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn handler(State(app): State<App>, _: Admin) -> Response {
    let snapshot = app.configuration.now();
    let settings = &snapshot.settings;
    with_etag(
        StatusCode::OK,
        settings.revision,
        SettingsView::from(settings),
    )
}
