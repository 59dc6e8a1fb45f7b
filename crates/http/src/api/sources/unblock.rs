use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use offhook_core::number::NumberKey;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::block::entries;
use super::save::{save, set_config};
use crate::App;
use crate::api::{ApiPath, ApiQuery};
use crate::auth::Admin;
use crate::problem::Problem;

/// Which entry.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Entry {
    /// As it stands in the list, or another spelling of the same number.
    caller_id: String,
}

/// Take a caller off the block list
#[utoipa::path(delete, path = "/api/v1/sources/{id}/blocked", tag = "sources",
    params(("id" = i64, Path), Entry),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiQuery(entry): ApiQuery<Entry>,
) -> Result<Response, Problem> {
    let country = app.configuration.now().country;
    save(&app, &admin, &headers, id, |source| {
        let mut config: Value = serde_json::from_str(&source.config).unwrap_or(Value::Null);
        let rows = entries(&mut config);
        let before = rows.len();
        rows.retain(|row| {
            let listed = row["caller_id"].as_str().unwrap_or_default();
            let key = |text: &str| NumberKey::of(text, country).filter(|_| !text.contains('*'));
            let same_number = key(listed).is_some() && key(listed) == key(&entry.caller_id);
            listed.trim() != entry.caller_id.trim() && !same_number
        });
        if rows.len() == before {
            return Err(Problem::not_found("entry"));
        }
        set_config(&app, source, config)
    })
    .await?;
    Ok(axum::response::IntoResponse::into_response(
        StatusCode::NO_CONTENT,
    ))
}
