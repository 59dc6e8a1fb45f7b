use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use offhook_engine::configuration::{ConnectionDraft, keep_connection};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::save::{save, set_config};
use super::view::{self, SourceView};
use crate::App;
use crate::api::{ApiJson, ApiPath, with_etag};
use crate::auth::Admin;
use crate::problem::Problem;

/// What to change of a source; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SourcePatch {
    name: Option<String>,
    enabled: Option<bool>,
    /// The whole configuration anew; secrets that it does not name stay.
    config: Option<Value>,
    /// Where a PBX is that we listen to: `HOST` or `HOST:PORT`.
    address: Option<String>,
    /// The manager's account (asterisk).
    username: Option<String>,
    /// Its password, or the event socket's (freeswitch). Never shown again.
    secret: Option<String>,
    /// Whether the connection is encrypted.
    tls: Option<bool>,
    /// Which channels lead outside: names, `*` allowed.
    trunks: Option<Vec<String>>,
}

impl SourcePatch {
    fn connection(&self) -> ConnectionDraft {
        ConnectionDraft {
            address: self.address.clone(),
            username: self.username.clone(),
            secret: self.secret.clone(),
            tls: self.tls,
            trunks: self.trunks.clone(),
        }
    }
}

/// Change a source
#[utoipa::path(patch, path = "/api/v1/sources/{id}", tag = "sources", params(("id" = i64, Path)),
    request_body = SourcePatch,
    responses((status = 200, body = SourceView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiJson(patch): ApiJson<SourcePatch>,
) -> Result<Response, Problem> {
    let source = save(&app, &admin, &headers, id, |source| {
        if let Some(name) = &patch.name {
            source.name = view::name(name)?;
        }
        if let Some(enabled) = patch.enabled {
            source.enabled = enabled;
        }
        let connection = patch.connection();
        if patch.config.is_some() || !connection.is_empty() {
            let mut config = match &patch.config {
                Some(config) => config.clone(),
                None => serde_json::from_str(&source.config).unwrap_or(Value::Null),
            };
            let before = serde_json::from_str(&source.config).unwrap_or(Value::Null);
            keep_connection(&mut config, &before);
            connection.put_into(&mut config);
            set_config(&app, source, config)?;
        }
        Ok(())
    });
    let source = source.await?;
    Ok(with_etag(
        StatusCode::OK,
        source.revision,
        SourceView::new(&source, app.now()),
    ))
}
