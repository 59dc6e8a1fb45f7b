use axum::Json;
use axum::extract::State;
use http::StatusCode;
use offhook_core::access::Permission;
use offhook_engine::connect::{DialError, Dialled};
use serde::{Deserialize, Serialize};
use tracing::info;
use utoipa::ToSchema;

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

/// What is being dialled. The call itself comes over the live stream as any other.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dialled)]
pub(super) struct DialledView {
    /// Through which source.
    source: String,
    /// Which phone rings first.
    from: String,
    /// What is dialled then, as the phone system wants it.
    to: String,
    /// `ringing`: the phone.
    state: &'static str,
}

/// Call somebody: rings the user's phone, then dials
///
/// For users with the permission `dial`. Never emergency numbers.
#[utoipa::path(post, path = "/api/v1/dial", tag = "dial", request_body = DialDraft,
    responses((status = 201, body = DialledView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiJson(draft): ApiJson<DialDraft>,
) -> Result<(StatusCode, Json<DialledView>), Problem> {
    let who = &user.identity.user.user;
    if !who.permissions.contains(&Permission::Dial) {
        return Err(Problem::forbidden());
    }
    let (from, source) = (draft.from.as_deref(), draft.source.as_deref());
    let dialled = app.dialer.dial(who, &draft.to, from, source).await?;
    info!(target: "audit", by = who.login, source = dialled.source, "dialled");
    let Dialled {
        source,
        phone,
        number,
    } = dialled;
    let body = DialledView {
        source,
        from: phone,
        to: number,
        state: "ringing",
    };
    Ok((StatusCode::CREATED, Json(body)))
}

impl From<DialError> for Problem {
    fn from(error: DialError) -> Self {
        let code = match &error {
            DialError::NotANumber => return Self::invalid("to", error),
            DialError::ForeignPhone => return Self::invalid("from", error),
            DialError::Emergency => "emergency_number",
            DialError::NoPhone => "no_phone",
            DialError::NoPbx => "no_pbx",
            DialError::Refused(_) => "pbx_refuses",
            DialError::NoAnswer => "pbx_silent",
        };
        let status = match &error {
            DialError::Emergency => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, code, error.to_string())
    }
}
