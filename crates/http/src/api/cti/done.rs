use axum::Json;
use axum::extract::State;
use offhook_core::CallId;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::App;
use crate::api::{ApiJson, ApiPath};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Whether a call is dealt with, in any of Rails' spellings.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ZammadDone {
    /// False for `false`, `0`, `"f"`, `"off"` and their kin; true for anything else.
    done: Option<Value>,
}

/// Deal with a call, as Zammad has it
#[utoipa::path(post, path = "/api/v1/cti/done/{id}", tag = "zammad", params(("id" = i64, Path)),
    request_body = ZammadDone,
    responses((status = 200, description = "{}"), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiPath(id): ApiPath<i64>,
    ApiJson(change): ApiJson<ZammadDone>,
) -> Result<Json<Value>, Problem> {
    let done = change
        .done
        .as_ref()
        .and_then(truth)
        .ok_or_else(|| Problem::invalid("done", "Attribute 'done' required!"))?;
    let by = user.identity.user.user.id;
    let calls = app
        .log
        .mark_done(&[CallId(id)], done, by, &user.visibility(&app))
        .await?;
    calls.ok_or_else(|| Problem::not_found("call"))?;
    Ok(Json(json!({})))
}

/// Rails' idea of a truth value; none for null and empty text.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Null => None,
        Value::Bool(value) => Some(*value),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => {
            let text = text.to_ascii_lowercase();
            Some(!["false", "f", "0", "off"].contains(&text.as_str()))
        }
        _ => Some(true),
    }
}
