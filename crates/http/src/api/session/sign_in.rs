use axum::Json;
use axum::extract::{Extension, State};
use axum::response::{AppendHeaders, IntoResponse};
use http::{HeaderMap, Method, StatusCode, header};
use offhook_engine::access::{Secret, SignInError};
use serde::Deserialize;
use utoipa::ToSchema;

use super::MeView;
use crate::App;
use crate::api::ApiJson;
use crate::auth::{refuse_cross_site, session_cookie};
use crate::layers::Client;
use crate::problem::Problem;

/// What one signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    login: String,
    password: String,
}

/// Sign in
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses((status = 201, body = MeView), (status = 401, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    ApiJson(sign_in): ApiJson<SignIn>,
) -> Result<impl IntoResponse, Problem> {
    refuse_cross_site(&Method::POST, &headers)?;
    let password = Secret(sign_in.password);
    let (token, user) = app
        .access
        .sign_in(&sign_in.login, password, client.address)
        .await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, session_cookie(&client, &token))]);
    Ok((StatusCode::CREATED, cookie, Json(MeView::from(&user.user))))
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::new(
                StatusCode::UNAUTHORIZED,
                "wrong_password",
                error.to_string(),
            ),
            SignInError::Throttled {
                retry_after_seconds,
            } => Self::throttled(retry_after_seconds, error.to_string()),
            SignInError::Store(error) => error.into(),
        }
    }
}
