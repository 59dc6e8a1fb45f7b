use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use hyper::body::Incoming;
use offhook_core::call::{Decision, Direction};
use offhook_core::identify::label;
use offhook_engine::configuration::LiveSource;
use offhook_wire::decide::{self, Format, Question};
use offhook_wire::{Refusal, Request as WireRequest};
use tokio::time::timeout;

use super::door::read_body;
use super::opened::{WrongToken, opened};
use crate::App;
use crate::layers::Client;

/// A name that is not found so quickly is left out: dialplans wait for a second at most.
const NAME_WITHIN: Duration = Duration::from_millis(300);

/// A dialplan asks what to do with a call before a phone rings. Answers from memory, and keeps
/// nothing; only the caller's name, for who wants it, is looked up.
pub(super) async fn decide(
    app: &App,
    client: &Client,
    token: &str,
    parts: &Parts,
    body: Incoming,
) -> Response {
    let header = |name| (parts.headers.get(name)).and_then(|value| value.to_str().ok());
    let accepted = Format::accepted(header(header::ACCEPT));
    let now = app.now();
    let source = match opened(app, client, token, |_| true, now).await {
        Ok(source) => source,
        Err(WrongToken::Unknown) => return refused(accepted, &Refusal::Token),
        Err(WrongToken::TooMany {
            retry_after_seconds,
        }) => {
            let retry_after = [(header::RETRY_AFTER, retry_after_seconds.to_string())];
            return (StatusCode::TOO_MANY_REQUESTS, retry_after).into_response();
        }
    };
    let Ok(body) = read_body(body).await else {
        let text = "The body is too large, or ended too early!".to_owned();
        return refused(accepted, &Refusal::Malformed(text));
    };
    match read(app, parts, &body) {
        Ok(question) => answer(app, &source, accepted, &question).await,
        Err(refusal) => refused(accepted, &refusal),
    }
}

fn read(app: &App, parts: &Parts, body: &Bytes) -> Result<Question, Refusal> {
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    let request = WireRequest {
        query: parts.uri.query(),
        content_type: content_type.and_then(|value| value.to_str().ok()),
        body,
    };
    decide::read(&request, app.configuration.now().country)
}

async fn answer(
    app: &App,
    source: &Arc<LiveSource>,
    accepted: Format,
    question: &Question,
) -> Response {
    let format = question.format.unwrap_or(accepted);
    // A source that is switched off decides nothing: the call goes its way.
    let decision = if source.source.enabled {
        (app.switchboard).decide(source, &question.body, app.now())
    } else {
        Decision::Pass
    };
    let name = if question.name && decision != Decision::Reject {
        caller_name(app, question).await
    } else {
        None
    };
    let goes_on = question.goes_on.as_ref();
    let body = decide::answer(format, &decision, name.as_deref(), goes_on);
    respond(StatusCode::OK, format, body)
}

/// Who calls, as far as the contacts say.
async fn caller_name(app: &App, question: &Question) -> Option<String> {
    if question.body.direction != Some(Direction::In) {
        return None;
    }
    let key = question.body.from.as_ref()?.key?;
    // A call is let through without a name rather than late.
    let found = timeout(NAME_WITHIN, app.directory.who_are(&[key])).await;
    label(found.ok()?.ok()?.get(&key)?)
}

fn refused(format: Format, refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status());
    let status = status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    respond(status, format, decide::refuse(format, refusal))
}

fn respond(status: StatusCode, format: Format, body: Vec<u8>) -> Response {
    let content_type = HeaderValue::from_static(format.content_type());
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
