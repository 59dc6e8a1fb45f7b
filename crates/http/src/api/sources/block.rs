use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use offhook_engine::text::line;
use offhook_wire::config::parse_moment;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::save::{save, set_config};
use super::view::SourceView;
use crate::App;
use crate::api::{ApiJson, ApiPath, with_etag};
use crate::auth::Admin;
use crate::problem::Problem;

/// A caller that is rejected.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Blocked {
    /// A number, `*` allowed.
    caller_id: String,
    /// Why.
    #[serde(default)]
    note: String,
    /// The moment (RFC 3339) from which it is let through again; never if null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

/// Block one caller more
#[utoipa::path(post, path = "/api/v1/sources/{id}/blocked", tag = "sources",
    params(("id" = i64, Path)), request_body = Blocked,
    responses((status = 201, body = SourceView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiJson(blocked): ApiJson<Blocked>,
) -> Result<Response, Problem> {
    if blocked.caller_id.trim().is_empty() {
        return Err(Problem::invalid("caller_id", "must not be empty"));
    }
    line("note", &blocked.note)?;
    if let Some(moment) = &blocked.expires_at {
        let moment = parse_moment(moment).map_err(|why| Problem::invalid("expires_at", why))?;
        if moment.is_some_and(|moment| moment <= app.now()) {
            return Err(Problem::invalid("expires_at", "is over already"));
        }
    }
    let source = save(&app, &admin, &headers, id, |source| {
        let mut config: Value = serde_json::from_str(&source.config).unwrap_or(Value::Null);
        entries(&mut config).push(json!(blocked));
        set_config(&app, source, config)
    });
    let source = source.await?;
    Ok(with_etag(
        StatusCode::CREATED,
        source.revision,
        SourceView::new(&source, app.now()),
    ))
}

/// The block list of a configuration, made where it is missing. That alone does not make a source
/// configured which is not.
pub(super) fn entries(config: &mut Value) -> &mut Vec<Value> {
    if !config.is_object() {
        *config = json!({});
    }
    let inbound = &mut config["inbound"];
    if !inbound.is_object() {
        *inbound = json!({});
    }
    let list = &mut inbound["block_caller_ids"];
    if !list.is_array() {
        // Rails writes a list of a form as an object with numbers for keys.
        let rows = list
            .as_object()
            .map(|rows| rows.values().cloned().collect());
        *list = Value::Array(rows.unwrap_or_default());
    }
    match list {
        Value::Array(rows) => rows,
        // It was made one just now.
        _ => unreachable!("the block list is a list"),
    }
}
