use axum::Json;
use axum::extract::{Extension, State};
use axum::response::{AppendHeaders, IntoResponse};
use http::{HeaderMap, Method, StatusCode, header};
use offhook_engine::access::{Secret, WelcomeError};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::api::ApiJson;
use crate::api::session::MeView;
use crate::auth::{refuse_cross_site, session_cookie};
use crate::layers::Client;
use crate::problem::Problem;

/// Who becomes the first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstAdmin {
    /// What stands behind the `#` of the link that the server printed.
    key: String,
    login: String,
    /// The full name.
    #[serde(default)]
    name: String,
    password: String,
}

/// Make the first administrator and sign in; 403 `wrong_key`, 409 `users_exist`
#[utoipa::path(post, path = "/api/v1/welcome", tag = "session", request_body = FirstAdmin,
    responses((status = 201, body = MeView), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    ApiJson(first): ApiJson<FirstAdmin>,
) -> Result<impl IntoResponse, Problem> {
    refuse_cross_site(&Method::POST, &headers)?;
    let (key, password) = (Secret(first.key), Secret(first.password));
    let (token, user) = app
        .access
        .welcome(&key, &first.login, &first.name, password, client.address)
        .await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, session_cookie(&client, &token))]);
    Ok((StatusCode::CREATED, cookie, Json(MeView::from(&user))))
}

impl From<WelcomeError> for Problem {
    fn from(error: WelcomeError) -> Self {
        let text = error.to_string();
        match error {
            WelcomeError::TooLate => Self::new(StatusCode::CONFLICT, "users_exist", text),
            WelcomeError::WrongKey => Self::new(StatusCode::FORBIDDEN, "wrong_key", text),
            WelcomeError::Throttled {
                retry_after_seconds,
            } => Self::throttled(retry_after_seconds, text),
            WelcomeError::Text(error) => error.into(),
            WelcomeError::Password(error) => Self::invalid("password", error),
            WelcomeError::Store(error) => error.into(),
        }
    }
}
