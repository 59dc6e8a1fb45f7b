use axum::extract::State;
use http::StatusCode;

use crate::App;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// I am at this browser
///
/// Said by a page now and then while somebody uses it: what a call opens by itself is opened in
/// the browser used last (`here` of a `pop`).
#[utoipa::path(post, path = "/api/v1/me/used", tag = "session",
    responses((status = 204), (status = 401, body = Problem)))]
pub(crate) async fn handler(State(app): State<App>, user: SignedIn) -> StatusCode {
    if let Some(session) = user.identity.session {
        app.browsers().used(user.identity.user.user.id, session);
    }
    StatusCode::NO_CONTENT
}
