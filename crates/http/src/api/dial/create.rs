use axum::Json;
use axum::extract::State;
use http::StatusCode;
use offhook_core::access::Permission;
use offhook_engine::connect::DialError;
use serde::Deserialize;
use tracing::info;
use utoipa::ToSchema;

use super::view::{DialView, code};
use crate::App;
use crate::api::ApiJson;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Whom to call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DialDraft {
    /// The number, in any spelling.
    to: String,
    /// Which of the user's phones rings first; the first extension where it is not said.
    from: Option<String>,
    /// Through which source; the first that is connected where it is not said.
    source: Option<String>,
}

/// Call somebody: rings the user's phone, then dials
///
/// For users with the permission `dial`. Never emergency numbers. Answers once the phone rings,
/// within eight seconds; where it does not, 409 says why: `phone_unreachable`, `phone_busy`,
/// `phone_no_answer`, `pbx_congested`, `pbx_refuses`, `pbx_silent`. What follows comes over the
/// live stream (`dial`).
#[utoipa::path(post, path = "/api/v1/dial", tag = "dial", request_body = DialDraft,
    responses((status = 201, body = DialView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiJson(draft): ApiJson<DialDraft>,
) -> Result<(StatusCode, Json<DialView>), Problem> {
    let who = &user.identity.user.user;
    if !who.permissions.contains(&Permission::Dial) {
        let why = "this needs the permission dial: an administrator gives it to users";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", why));
    }
    let (from, source) = (draft.from.as_deref(), draft.source.as_deref());
    let dial = app.dialer.dial(who, &draft.to, from, source).await?;
    info!(target: "audit", by = who.login, source = dial.source, "dialled");
    Ok((StatusCode::CREATED, Json(DialView::of(&dial))))
}

impl From<DialError> for Problem {
    fn from(error: DialError) -> Self {
        let status = match &error {
            DialError::NotANumber => return Self::invalid("to", error),
            DialError::ForeignPhone => return Self::invalid("from", error),
            DialError::Emergency => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, code(&error), error.to_string())
    }
}
