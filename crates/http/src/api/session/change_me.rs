use axum::Json;
use axum::extract::{Extension, State};
use offhook_engine::access::{ChangePasswordError, Secret};
use offhook_engine::store::UserChange;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::MeView;
use super::view::Preferences;
use crate::App;
use crate::api::ApiJson;
use crate::auth::SignedIn;
use crate::layers::Client;
use crate::problem::Problem;

/// Preferences and what the page keeps in them may have this many bytes.
const MOST_BYTES: usize = 16 * 1024;

/// What to change of one's own account; what is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeChange {
    /// Only the keys named change.
    #[schema(value_type = Option<Preferences>)]
    preferences: Option<Map<String, Value>>,
    /// A new password …
    password: Option<String>,
    /// … needs the present one.
    current_password: Option<String>,
}

/// Change my preferences or my password
#[utoipa::path(patch, path = "/api/v1/me", tag = "session", request_body = MeChange,
    responses((status = 200, body = MeView), (status = 401, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    user: SignedIn,
    ApiJson(change): ApiJson<MeChange>,
) -> Result<Json<MeView>, Problem> {
    let identity = &user.identity;
    // Looked at first, so that a change is made whole or not at all.
    let preferences = (change.preferences)
        .map(|named| merge(&identity.user.user, named))
        .transpose()?;
    if let Some(password) = change.password {
        let present = change
            .current_password
            .ok_or_else(|| Problem::invalid("current_password", "is needed for a new password"))?;
        let (present, new) = (Secret(present), Secret(password));
        app.access
            .change_password(identity, present, new, client.address)
            .await?;
    }
    if let Some(preferences) = preferences {
        let change = UserChange {
            preferences: Some(preferences),
            ..UserChange::default()
        };
        app.configuration
            .accounts()
            .update_user(identity.user.user.id, None, &change)
            .await?;
        app.configuration.reload().await?;
    }
    let snapshot = app.configuration.now();
    let live = snapshot
        .user(identity.user.user.id)
        .ok_or_else(Problem::unauthorized)?;
    Ok(Json(MeView::from(&live.user)))
}

fn merge(user: &offhook_engine::store::User, named: Map<String, Value>) -> Result<String, Problem> {
    let mut merged = match serde_json::to_value(Preferences::of(user)) {
        Ok(Value::Object(present)) => present,
        _ => Map::new(),
    };
    merged.extend(named);
    let mut checked: Preferences = serde_path_to_error::deserialize(Value::Object(merged))
        .map_err(|error| {
            let field = format!("preferences.{}", error.path());
            Problem::invalid(field, error.into_inner())
        })?;
    checked.pop.sort_unstable();
    checked.pop.dedup();
    let text = serde_json::to_string(&checked).unwrap_or_default();
    if text.len() > MOST_BYTES {
        return Err(Problem::invalid(
            "preferences",
            format!("at most {MOST_BYTES} bytes"),
        ));
    }
    Ok(text)
}

impl From<ChangePasswordError> for Problem {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            // Who is signed in is known; it is the value that is wrong.
            ChangePasswordError::SignIn(offhook_engine::access::SignInError::Wrong) => {
                Self::invalid("current_password", "is wrong")
            }
            ChangePasswordError::SignIn(error) => error.into(),
            ChangePasswordError::Password(error) => Self::invalid("password", error),
        }
    }
}
