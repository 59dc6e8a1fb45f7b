use http::StatusCode;
use offhook_core::call::AnsweredBy;
use offhook_core::number::Country;
use offhook_core::rules::{Verdict, Want};
use offhook_engine::connect::{PreviewError, Previewed, PreviewedCall};
use serde::Serialize;
use utoipa::ToSchema;

use super::activity::ConnectionView;
use super::view::find;
use crate::App;
use crate::api::contacts::NumberView;
use crate::api::rfc3339;
use crate::problem::Problem;

/// What a source that is not switched on would bring: its calls of one minute. They are in memory
/// alone, for a quarter of an hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourcePreview)]
pub(super) struct PreviewView {
    /// `listening` or `over`.
    state: &'static str,
    /// Until when is listened.
    until: String,
    /// How the connection is, or was at the end.
    connection: Option<ConnectionView>,
    /// The calls, in the order in which they began.
    calls: Vec<PreviewedCallView>,
    /// How many more there were.
    more: usize,
}

/// A call that would have come, and whether it would be kept as the configuration is now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviewedCall)]
struct PreviewedCallView {
    /// `in`, `out`, or `internal`.
    direction: &'static str,
    /// `ringing`, `answered` or `ended`.
    state: &'static str,
    started_at: String,
    from: NumberView,
    to: NumberView,
    /// The queue, else the number on our side.
    queue: String,
    /// The number or name of who answered; null if nobody did.
    answered_by: Option<String>,
    /// Whether it would be kept.
    kept: bool,
    /// Why not: `never` (it was there), `internal` (between two extensions), `record` (it was
    /// nowhere there), `early` (it came to no queue or phone). Null where it would be kept. A call
    /// that has not ended may yet be kept, but for `never`.
    why_not: Option<&'static str>,
}

impl PreviewedCallView {
    fn new(call: PreviewedCall, country: Country) -> Self {
        let PreviewedCall { folded, verdict } = call;
        let why_not = match verdict {
            Verdict::Keep => None,
            Verdict::Drop => Some("never"),
            Verdict::Wait(Want::Outside) => Some("internal"),
            Verdict::Wait(Want::Record) => Some("record"),
            Verdict::Wait(Want::Arrival) => Some("early"),
        };
        let answered_by = folded.answered_by;
        Self {
            direction: folded.direction.as_str(),
            state: folded.state.as_str(),
            started_at: rfc3339(folded.started_at),
            from: NumberView::new(&folded.from.number, country),
            to: NumberView::new(&folded.to.number, country),
            queue: folded.queue,
            answered_by: answered_by.and_then(|AnsweredBy { number, name, .. }| number.or(name)),
            kept: why_not.is_none(),
            why_not,
        }
    }
}

impl PreviewView {
    fn new(previewed: Previewed, country: Country) -> Self {
        let calls = previewed.calls.into_iter();
        Self {
            state: if previewed.over { "over" } else { "listening" },
            until: rfc3339(previewed.until),
            connection: previewed.connection.map(ConnectionView::from),
            calls: calls
                .map(|call| PreviewedCallView::new(call, country))
                .collect(),
            more: previewed.more,
        }
    }

    pub(super) fn of(app: &App, id: i64) -> Result<Self, Problem> {
        let snapshot = app.configuration.now();
        let live = find(&snapshot, id)?;
        let previewed = app.exchange.previewed(live, snapshot.country);
        let previewed = previewed.ok_or_else(|| Problem::not_found("preview"))?;
        Ok(Self::new(previewed, snapshot.country))
    }
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        let code = match error {
            PreviewError::NotListenedTo => "not_listened_to",
            PreviewError::SwitchedOn => "switched_on",
            PreviewError::Closed => "shutting_down",
        };
        let status = match error {
            PreviewError::Closed => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, code, error.to_string())
    }
}
