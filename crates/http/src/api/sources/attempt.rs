use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use offhook_core::call::{Direction, EventBody, EventKind, Party};
use offhook_core::rules::{Rule, SourceRules};
use offhook_wire::config::SourceConfig;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::save::check;
use super::view::find;
use crate::App;
use crate::api::contacts::NumberView;
use crate::api::{ApiJson, ApiPath, DecisionView};
use crate::auth::Admin;
use crate::problem::Problem;

/// A new call that does not happen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Attempt {
    /// `in` or `out`.
    direction: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    /// A configuration to try instead of the one that is saved.
    config: Option<Value>,
}

/// What such a call would be answered with.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttemptAnswer {
    #[serde(flatten)]
    decision: DecisionView,
    rule: RuleView,
    /// Without, the endpoint refuses every event and no rule counts.
    configured: bool,
    /// As it is read.
    from: NumberView,
    /// As it is read.
    to: NumberView,
}

/// Which rule says so.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rule)]
struct RuleView {
    /// `none`, `blocked` (`inbound.block_caller_ids`), `route` (`outbound.routing_table`),
    /// `default_caller_id`, or `emergency`: a number that no rule may touch.
    kind: &'static str,
    /// The place in its list, from 0.
    index: Option<usize>,
    /// What its note says.
    note: Option<String>,
}

/// What would a call be answered with? Nothing is kept
#[utoipa::path(post, path = "/api/v1/sources/{id}/try", tag = "sources",
    params(("id" = i64, Path)), request_body = Attempt,
    responses((status = 200, body = AttemptAnswer), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiPath(id): ApiPath<i64>,
    ApiJson(attempt): ApiJson<Attempt>,
) -> Result<Json<AttemptAnswer>, Problem> {
    let snapshot = app.configuration.now();
    let country = snapshot.country;
    let source = find(&snapshot, id)?;
    let direction = Direction::from_word(&attempt.direction)
        .filter(|direction| direction.is_with_outside())
        .ok_or_else(|| Problem::invalid("direction", "must be in or out"))?;
    let config = match &attempt.config {
        None => Cow::Borrowed(&source.config),
        Some(config) => {
            check(config, country)?;
            // It was checked just now.
            Cow::Owned(SourceConfig::parse(config, country).unwrap_or_default())
        }
    };
    let body = EventBody {
        direction: Some(direction),
        from: Some(Party::read(&attempt.from, country)),
        to: Some(Party::read(&attempt.to, country)),
        ..EventBody::new(EventKind::NewCall)
    };
    let (decision, rule) = config.rules.judge(&body, app.now());
    Ok(Json(AttemptAnswer {
        decision: DecisionView::new(&decision, country),
        rule: RuleView::new(rule, &config.rules),
        configured: config.is_configured(),
        from: NumberView::new(&attempt.from, country),
        to: NumberView::new(&attempt.to, country),
    }))
}

impl RuleView {
    fn new(rule: Rule, rules: &SourceRules) -> Self {
        let (kind, listed) = match rule {
            Rule::None => ("none", None),
            Rule::Emergency => ("emergency", None),
            Rule::DefaultCallerId => ("default_caller_id", None),
            Rule::Blocked(place) => {
                let entry = rules.blocked.get(place);
                ("blocked", entry.map(|entry| (entry.row, &entry.note)))
            }
            Rule::Route(place) => {
                let route = rules.routes.get(place);
                ("route", route.map(|route| (route.row, &route.note)))
            }
        };
        Self {
            kind,
            index: listed.map(|(row, _)| row),
            note: listed.map(|(_, note)| note.clone()),
        }
    }
}
