use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use offhook_core::UnixMillis;
use offhook_engine::configuration::LiveSource;
use offhook_engine::{RecordError, Taken};
use offhook_wire::{Refusal, Request as WireRequest, zammad};

use super::dialect::{Answer, Dialect};
use super::opened::{WrongToken, opened};
use super::record;
use crate::App;
use crate::layers::Client;

/// A request's body may have this many bytes; real ones have a few hundred.
const MOST_BYTES: usize = 64 * 1024;
/// Asks for the answer with what was understood (contract, "Finer points").
const EXPLAIN: HeaderName = HeaderName::from_static("offhook-explain");

/// One door for every dialect.
pub(super) async fn door(
    app: &App,
    client: &Client,
    dialect: Dialect,
    token: &str,
    parts: &Parts,
    body: Incoming,
) -> Response {
    // Zammad's router takes the suffix for a format.
    let token = token.strip_suffix(".json").unwrap_or(token);
    let arrived_at = app.now();
    let fits = |source: &LiveSource| source.source.kind == dialect.kind();
    let source = opened(app, client, token, fits, arrived_at).await;
    let (answer, body) = match read_body(body).await {
        Err(answer) => (answer.answer(&dialect), Bytes::new()),
        Ok(body) => {
            let answer = match source {
                Err(wrong) => wrong_token(&dialect, wrong),
                Ok(ref source) => {
                    answer(app, &dialect, source, token, parts, &body, arrived_at).await
                }
            };
            (answer, body)
        }
    };
    app.metrics()
        .count_request(dialect.kind(), answer.status.as_u16());
    // Of what is not to be kept, the request is none to be kept either.
    if !matches!(answer.taken, Some(Taken::NotKept { .. })) {
        record::record(
            app,
            client,
            source.as_ref().ok(),
            token,
            parts,
            &body,
            &answer,
            arrived_at,
        );
    }
    respond(&dialect, answer)
}

fn wrong_token(dialect: &Dialect, wrong: WrongToken) -> Answer {
    match wrong {
        WrongToken::Unknown => Answer::refused(dialect, &Refusal::Token),
        WrongToken::TooMany {
            retry_after_seconds,
        } => {
            let text = "Too many wrong tokens from this address, please wait!";
            let status = StatusCode::TOO_MANY_REQUESTS;
            Answer::failed(dialect, status, text, Some(retry_after_seconds))
        }
    }
}

pub(super) async fn answer(
    app: &App,
    dialect: &Dialect,
    source: &Arc<LiveSource>,
    token: &str,
    parts: &Parts,
    body: &Bytes,
    arrived_at: UnixMillis,
) -> Answer {
    let header = |name: HeaderName| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if !source.source.enabled {
        return Answer::refused(dialect, &Refusal::Disabled);
    }
    if !source.config.is_configured() {
        return Answer::refused(dialect, &Refusal::NotConfigured);
    }
    if !dialect.signed(source, body, header(dialect.signature_header())) {
        return Answer::refused(dialect, &Refusal::Signature);
    }
    let request = WireRequest {
        query: parts.uri.query(),
        content_type: header(header::CONTENT_TYPE),
        body,
    };
    let country = app.configuration.now().country;
    let mut understood = match dialect.read(&request, country, arrived_at) {
        Ok(Some(understood)) => understood,
        Ok(None) => return Answer::ok(dialect.answer(&offhook_core::call::Decision::Pass, None)),
        Err(refusal) => return Answer::refused(dialect, &refusal),
    };
    understood.mask(token);
    let explain = Explain::asked(header(EXPLAIN));
    let dry_run = explain == Explain::DryRun;
    let taken = if dry_run {
        let rehearsed = app
            .switchboard
            .rehearse(source, &mut understood, arrived_at);
        rehearsed.await
    } else {
        let taken = app.switchboard.take(source, &mut understood, arrived_at);
        taken.await
    };
    // What a dry run would have made does not exist.
    let call = match &taken {
        Ok(Taken::Kept { call, new, .. }) if !(dry_run && *new) => Some(call.id),
        _ => None,
    };
    let mut answer = match &taken {
        Ok(Taken::NoDirection) => Answer::refused(dialect, &Refusal::Direction),
        Ok(Taken::NotKept { decision }) => {
            Answer::ok(dialect.answer(decision, understood.body.direction))
        }
        Ok(Taken::Kept {
            call: kept,
            decision,
            ..
        }) => {
            let direction = Some(kept.folded.direction);
            Answer::ok(match explain {
                Explain::No => dialect.answer(decision, direction),
                _ if *dialect != Dialect::Generic => dialect.answer(decision, direction),
                _ => zammad::explain(decision, &understood, zammad::Explained { call, dry_run }),
            })
        }
        Err(error @ (RecordError::Full | RecordError::Unavailable(_) | RecordError::Closed)) => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Answer::failed(dialect, status, &error.to_string(), Some(1))
        }
    };
    if !dry_run && answer.status == StatusCode::OK {
        app.metrics().count_event(understood.body.kind);
    }
    answer.understood = Some(understood);
    answer.taken = taken.ok();
    answer.call = call;
    answer
}

fn respond(dialect: &Dialect, answer: Answer) -> Response {
    let mut response = (answer.status, Body::from(answer.body)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(dialect.content_type()),
    );
    if let Some(seconds) = answer.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What `Offhook-Explain` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Explain {
    No,
    Yes,
    DryRun,
}

impl Explain {
    /// In any spelling: who asks for a dry run must not find a call in the log.
    fn asked(header: Option<&str>) -> Self {
        let Some(value) = header else {
            return Self::No;
        };
        let letters = value.chars().filter(char::is_ascii_alphanumeric);
        let word: String = letters.map(|c| c.to_ascii_lowercase()).collect();
        match &*word {
            "" | "0" | "false" | "no" | "off" => Self::No,
            _ if word.contains("dry") => Self::DryRun,
            _ => Self::Yes,
        }
    }
}

/// Why a body was not read.
pub(super) enum BodyError {
    TooLarge,
    Broken,
}

impl BodyError {
    fn answer(&self, dialect: &Dialect) -> Answer {
        match self {
            Self::TooLarge => {
                let text = format!("The body is larger than {MOST_BYTES} bytes!");
                Answer::failed(dialect, StatusCode::PAYLOAD_TOO_LARGE, &text, None)
            }
            Self::Broken => {
                let text = "The body ended too early!";
                Answer::failed(dialect, StatusCode::BAD_REQUEST, text, None)
            }
        }
    }
}

pub(super) async fn read_body(body: Incoming) -> Result<Bytes, BodyError> {
    match Limited::new(body, MOST_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge),
        Err(_) => Err(BodyError::Broken),
    }
}
