use offhook_engine::configuration::Snapshot;
use offhook_engine::store::RecordedRequest;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::rfc3339;

/// A request to a PBX endpoint, secrets masked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordedRequest)]
pub(super) struct RequestView {
    id: i64,
    at: String,
    /// The name of the source; null where the token was wrong.
    source: Option<String>,
    /// Where it came from.
    address: String,
    method: String,
    path: String,
    /// Headers and body.
    sent: String,
    /// What was made of it; null where it was refused.
    understood: Option<Value>,
    status: u16,
    /// The body of the answer.
    answered: String,
    call_id: Option<String>,
}

impl RequestView {
    pub(super) fn new(request: RecordedRequest, snapshot: &Snapshot) -> Self {
        let source = request.source_id.and_then(|id| snapshot.source(id));
        Self {
            id: request.id,
            at: rfc3339(request.at),
            source: source.map(|live| live.source.name.clone()),
            address: request.address,
            method: request.method,
            path: request.path,
            sent: request.sent,
            // It was JSON when it was kept.
            understood: request
                .understood
                .and_then(|text| serde_json::from_str(&text).ok()),
            status: request.status,
            answered: request.answered,
            call_id: request.call_id,
        }
    }
}
