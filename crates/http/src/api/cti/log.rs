use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use offhook_engine::store::{CallQuery, SourceKind};
use serde_json::{Value, json};

use super::view;
use crate::App;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// The newest calls, as Zammad has it
#[utoipa::path(get, path = "/api/v1/cti/log", tag = "zammad",
    responses((status = 200, description = "Zammad's `list`, `assets` and `backends`"),
        (status = 401, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
) -> Result<Json<Value>, Problem> {
    let snapshot = app.configuration.now();
    let limit = usize::try_from(snapshot.settings.view_limit).unwrap_or(60);
    let page = app
        .log
        .page(CallQuery::newest(user.visibility(&app), limit))
        .await?;
    let mut people = BTreeMap::new();
    let list: Vec<Value> = page
        .items
        .iter()
        .map(|call| view::row(call, &mut people))
        .collect();
    let assets = if people.is_empty() {
        json!({})
    } else {
        json!({ "User": people })
    };
    Ok(Json(
        json!({ "list": list, "assets": assets, "backends": backends(&snapshot) }),
    ))
}

fn backends(snapshot: &offhook_engine::configuration::Snapshot) -> Vec<Value> {
    let kinds = [
        (
            "CTI (generic)",
            SourceKind::Generic,
            "#system/integration/cti",
        ),
        (
            "sipgate.io",
            SourceKind::Sipgate,
            "#system/integration/sipgate",
        ),
        (
            "Placetel",
            SourceKind::Placetel,
            "#system/integration/placetel",
        ),
    ];
    let enabled = |kind| {
        snapshot
            .sources()
            .iter()
            .any(|live| live.source.enabled && live.source.kind == kind)
    };
    kinds
        .iter()
        .map(|(name, kind, url)| json!({ "name": name, "enabled": enabled(*kind), "url": url }))
        .collect()
}
