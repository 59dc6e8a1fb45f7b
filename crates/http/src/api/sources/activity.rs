//! What a source has sent of late, for those who look after it.

use offhook_engine::connect::ConnectionStatus;
use offhook_engine::out::LastAnswer;
use offhook_engine::store::{RecordedRequest, Source, SourceActivity};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::view::SourceView;
use crate::App;
use crate::api::rfc3339;
use crate::problem::Problem;

/// A source with what it has sent of late, out of the recorded requests: at most two seconds behind.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceWithActivity {
    #[serde(flatten)]
    view: SourceView,
    /// When it last sent something that was taken; null if never, or too long ago to be recorded.
    last_event_at: Option<String>,
    /// Since when all that it sent was refused; null when the last was taken.
    refused_since: Option<String>,
    /// The newest of what was refused since then.
    last_refusal: Option<Refusal>,
    /// How many requests were taken in each of the last 24 hours, oldest first; the last one ends
    /// now. Of a PBX that we listen to, how many events of calls were heard since the server
    /// started.
    recent_hours: [u64; 24],
    /// How many calls were not kept since the server started, as `record` and `never` of the
    /// configuration want. What comes later does not take back a call that is kept.
    not_recorded: u64,
    /// How another system is told of the calls; null where none is.
    forward: Option<ForwardView>,
    /// How the connection is to a PBX that we listen to; null for other kinds, and where it is
    /// disabled.
    connection: Option<ConnectionView>,
}

/// How a connection is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Connection)]
pub(super) struct ConnectionView {
    /// `connecting`, `connected`, `refused`, `unauthorized` or `lost`.
    state: &'static str,
    since: String,
    /// When the PBX last told of a call.
    last_event_at: Option<String>,
    /// What is wrong and what to do.
    note: Option<String>,
}

impl From<ConnectionStatus> for ConnectionView {
    fn from(status: ConnectionStatus) -> Self {
        Self {
            state: status.state.as_str(),
            since: rfc3339(status.since),
            last_event_at: status.last_event_at.map(rfc3339),
            note: status.note,
        }
    }
}

/// How another system is told of calls.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Forward)]
struct ForwardView {
    /// How many calls there is more to tell of.
    waiting: i64,
    /// How many were refused again and again, and stand back.
    given_up: i64,
    /// What it answered last, newest first.
    answers: Vec<ForwardAnswerView>,
}

/// What another system answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ForwardAnswer)]
struct ForwardAnswerView {
    at: String,
    /// `newCall`, `answer` or `hangup`.
    event: &'static str,
    /// Which call.
    call_id: i64,
    /// The HTTP status; null when there was no answer.
    status: Option<u16>,
    /// What it said, or why it said nothing.
    text: String,
}

impl From<LastAnswer> for ForwardAnswerView {
    fn from(answer: LastAnswer) -> Self {
        Self {
            at: rfc3339(answer.at),
            event: answer.event,
            call_id: answer.call.0,
            status: answer.status,
            text: answer.text,
        }
    }
}

async fn forward(app: &App, source: &Source) -> Result<Option<ForwardView>, Problem> {
    let snapshot = app.configuration.now();
    if snapshot
        .source(source.id)
        .is_none_or(|live| live.config.forward.is_none())
    {
        return Ok(None);
    }
    let (waiting, given_up) = app.outbox.spool.spool_size(source.id).await?;
    let answers = app.outbox.forwards.answers(source.id).into_iter();
    Ok(Some(ForwardView {
        waiting,
        given_up,
        answers: answers.map(ForwardAnswerView::from).collect(),
    }))
}

/// A request that was refused.
#[derive(Debug, Serialize, ToSchema)]
struct Refusal {
    at: String,
    /// What it was answered with.
    status: u16,
    /// What it was told.
    text: String,
    /// See `GET /api/v1/requests/{id}`.
    request_id: i64,
}

impl SourceWithActivity {
    pub(super) async fn read(app: &App, source: &Source) -> Result<Self, Problem> {
        let now = app.now();
        let SourceActivity {
            last_taken_at,
            refused,
            taken_by_hour,
        } = app.requests.0.activity(source.id, now).await?;
        let mut recent_hours = taken_by_hour;
        let heard = app.dialer.statuses.heard_by_hour(source.id, now);
        for (hour, heard) in recent_hours.iter_mut().zip(heard) {
            *hour += heard;
        }
        let connection = app.dialer.statuses.of(source.id);
        let heard_at = connection.as_ref().and_then(|status| status.last_event_at);
        Ok(Self {
            view: SourceView::new(source, now),
            last_event_at: last_taken_at.max(heard_at).map(rfc3339),
            refused_since: refused.as_ref().map(|refused| rfc3339(refused.since)),
            last_refusal: refused.map(|refused| Refusal::from(refused.last)),
            recent_hours,
            not_recorded: app.switchboard.not_recorded(source.id),
            forward: forward(app, source).await?,
            connection: connection.map(ConnectionView::from),
        })
    }
}

impl From<RecordedRequest> for Refusal {
    fn from(request: RecordedRequest) -> Self {
        // JSON endpoints answer `{"error": …}`.
        let error = serde_json::from_str::<Value>(&request.answered).ok();
        let error = error.and_then(|answer| answer["error"].as_str().map(str::to_owned));
        Self {
            at: rfc3339(request.at),
            status: request.status,
            text: error.unwrap_or(request.answered),
            request_id: request.id,
        }
    }
}
