use axum::extract::{Extension, State};
use axum::response::{AppendHeaders, IntoResponse};
use http::{StatusCode, header};

use crate::App;
use crate::auth::{SignedIn, clear_session_cookie};
use crate::layers::Client;
use crate::problem::Problem;

/// Sign out
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses((status = 204), (status = 401, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    user: SignedIn,
) -> Result<impl IntoResponse, Problem> {
    if let Some(session) = user.identity.session {
        app.access.sign_out(session).await?;
    }
    let cookie = AppendHeaders([(header::SET_COOKIE, clear_session_cookie(&client))]);
    Ok((StatusCode::NO_CONTENT, cookie))
}
